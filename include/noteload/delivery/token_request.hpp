#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/delivery/server.hpp"

namespace noteload::delivery {

/// What a server gives to those who log in. A refresh makes both tokens new.
struct oauth_tokens {
    std::string access;  ///< the bearer token
    std::string refresh; ///< may be empty: then there is no other way than to log in again
    std::chrono::seconds good_for{};

    friend bool operator==(const oauth_tokens&, const oauth_tokens&) = default;
};

/// The body of `POST /Token` by password; `one_time_code` may be empty.
[[nodiscard]] std::string password_form(std::string_view user, std::string_view password,
                                        std::string_view one_time_code);
[[nodiscard]] std::string refresh_form(std::string_view refresh_token);

/// What an answer to it says. Nothing: a one-time code is wanted (202). A failure shows no secret.
[[nodiscard]] result<std::optional<oauth_tokens>> read_tokens(const attempt& a);

/// Asks once: of a form that was lost on the way nobody knows whether its code or token is used up.
[[nodiscard]] task<result<std::optional<oauth_tokens>>> ask_for_tokens(boost::asio::io_context& on,
                                                                       const server& s,
                                                                       std::string form);

} // namespace noteload::delivery
