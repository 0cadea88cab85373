#pragma once

#include <string>

#include "noteload/error.hpp"

namespace noteload::cli {

/// Files that may hold the token, as the user named them; empty: not named.
struct token_places {
    std::string said;      ///< on the command line: before the environment
    std::string in_config; ///< in the config file: after it
    std::string base_url;  ///< of the server; for what `noteload login` has kept for it
};

/// The bearer token from the first of: the file that was said, the environment's NOTELOAD_TOKEN,
/// the credential `token` that systemd hands over (in the folder $CREDENTIALS_DIRECTORY), the
/// file of the config file, what `noteload login` keeps. What people paste around it (blanks, a
/// line end, quotes, `Bearer `) is taken off: the API answers 401 to it. No message shows any of
/// it.
[[nodiscard]] result<std::string> read_token(const token_places& places);

/// What to say where the file that `read_token` takes lets others read it, with what to do; empty
/// where it does not. systemd's credential is not looked at: its folder is the service's alone.
[[nodiscard]] std::string exposed_token(const token_places& places);

/// The file to name in a command that somebody gives later; empty: none is needed.
[[nodiscard]] std::string token_file_to_tell(const token_places& places);

/// The same for a text that was read already; `from` names its place in messages.
[[nodiscard]] result<std::string> clean_token(std::string_view text, const std::string& from);

} // namespace noteload::cli
