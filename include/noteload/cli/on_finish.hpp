#pragma once

#include <map>
#include <string>

#include "noteload/error.hpp"

namespace noteload::cli {

/// Runs `command` by `/bin/sh -c` and waits for it: with `environment` added to ours, without the
/// token, with nothing on its standard input, and what it writes on standard error (standard
/// output is for the result). What went wrong, in words: it could not be started, or ended
/// otherwise than with 0.
[[nodiscard]] result<void> run_on_finish(const std::string& command,
                                         const std::map<std::string, std::string>& environment);

} // namespace noteload::cli
