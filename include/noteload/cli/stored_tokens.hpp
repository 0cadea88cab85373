#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/error.hpp"
#include "noteload/run/log_in.hpp"

// What `noteload login` keeps: for each server a file in the state folder, 0600.

namespace noteload::cli {

struct stored_tokens {
    std::string base_url;
    std::string ca_file; ///< absolute, or empty
    std::string access;
    std::string refresh;     ///< empty: it cannot be refreshed
    std::int64_t issued = 0; ///< Unix seconds
    std::int64_t expires = 0;

    [[nodiscard]] static std::optional<stored_tokens> parse(std::string_view text);
    [[nodiscard]] std::string to_text() const;
    /// In the second half of its life, or three days before its end if that is later.
    [[nodiscard]] bool wants_refresh(std::int64_t now) const;

    friend bool operator==(const stored_tokens&, const stored_tokens&) = default;
};

[[nodiscard]] stored_tokens tokens_of(const run::log_in_server& where,
                                      const delivery::oauth_tokens& given, std::int64_t now);

/// Empty where there is no state folder.
[[nodiscard]] std::string token_store_path(const std::string& base_url);

/// Replaces the file as a whole, so that no crash leaves half of it.
[[nodiscard]] result<void> store_tokens(const std::string& path, const stored_tokens& t);

/// The access token for a server, refreshed where it is time; both new tokens are stored before
/// they are used. Nothing: nobody has logged in there. Of several processes one refreshes.
[[nodiscard]] std::optional<result<std::string>> stored_access_token(const std::string& base_url);

} // namespace noteload::cli
