#pragma once

#include <string>

#include "noteload/error.hpp"

namespace noteload::cli {

/// The bearer token from `file`, or from the environment's NOTELOAD_TOKEN when `file` is empty.
/// What people paste around it (blanks, a line end, quotes, `Bearer `) is taken off: the API
/// answers 401 to it. No message shows any of it.
[[nodiscard]] result<std::string> read_token(const std::string& file);

/// The same for a text that was read already; `from` names its place in messages.
[[nodiscard]] result<std::string> clean_token(std::string_view text, const std::string& from);

} // namespace noteload::cli
