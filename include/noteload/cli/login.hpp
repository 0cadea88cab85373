#pragma once

#include <string>

#include "noteload/cli/arguments.hpp"

namespace noteload::cli {

/// Asks for what is needed on the terminal, logs in, and keeps the tokens: the file that has them.
[[nodiscard]] result<std::string> log_in(const login_command& c);

} // namespace noteload::cli
