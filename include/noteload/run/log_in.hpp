#pragma once

#include <optional>
#include <string>

#include "noteload/delivery/token_request.hpp"

namespace noteload::run {

/// Where somebody logs in.
struct log_in_server {
    std::string base_url;
    std::string ca_file; ///< empty: the system's authorities alone
};

/// What the server answers to a form of `token_request.hpp`; inside: nothing where a one-time code
/// is wanted. On the caller's thread; takes a minute at most.
[[nodiscard]] result<std::optional<delivery::oauth_tokens>> ask_for_tokens(
    const log_in_server& where, const std::string& form);

/// The server of a run, by its log's header; empty where that cannot be read.
[[nodiscard]] std::string base_url_of_run(const std::string& folder);

} // namespace noteload::run
