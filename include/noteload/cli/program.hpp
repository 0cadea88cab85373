#pragma once

#include <string>
#include <vector>

namespace noteload::cli {

/// The whole program: `words` are the command line without the program's name. Returns the exit
/// code.
[[nodiscard]] int run_program(const std::vector<std::string>& words);

} // namespace noteload::cli
