#pragma once

#include <string>
#include <string_view>

#include "noteload/sandbox/message.hpp"
#include "noteload/sandbox/settings.hpp"
#include "noteload/sandbox/store.hpp"

namespace noteload::sandbox {

/// Who may come in: the fixed token (an API key), and the tokens issued by `POST /Token`, which
/// are kept in the store until they expire.
class door {
public:
    door(door_settings how, store& notes) : how_(std::move(how)), store_(notes) {}

    /// The `Authorization` header: `Bearer`, one blank, a token that is known. Two blanks or quotes
    /// are refused, as by the real server.
    [[nodiscard]] bool lets_in(std::string_view authorization, moment now);

    /// `POST /Token`, form-encoded: `grant_type=password` with `username` (any) and `password`, or
    /// `grant_type=refresh_token` with `refresh_token`. With a second factor a password alone is
    /// answered 202 and wants `otp`. Errors are in the API's second shape.
    [[nodiscard]] response token(std::string_view form, moment now);

private:
    response by_password(std::string_view user, std::string_view password, std::string_view otp,
                         moment now);
    response issue(std::string_view user, moment now);

    door_settings how_;
    store& store_;
};

} // namespace noteload::sandbox
