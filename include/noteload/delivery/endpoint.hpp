#pragma once

#include <string>
#include <string_view>

#include "noteload/error.hpp"

namespace noteload::delivery {

/// The host that every organisation's API has.
inline constexpr std::string_view default_base_url = "https://api.virtuoussoftware.com";

/// Where the API is.
struct endpoint {
    std::string host; ///< name or address, without brackets
    std::string port; ///< decimal; `443` unless the URL has one
    std::string path; ///< in front of `/api/…`; empty, or begins with `/` and ends without
    std::string url;  ///< in one spelling, for the log and for messages: no slash at its end

    /// The `Host` field's value.
    [[nodiscard]] std::string authority() const;

    friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// Only `https://`, without user, query or fragment. `errc::usage` with what is wrong otherwise.
[[nodiscard]] result<endpoint> parse_base_url(std::string_view url);

} // namespace noteload::delivery
