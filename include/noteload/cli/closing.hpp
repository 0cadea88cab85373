#pragma once

#include <chrono>
#include <string>

#include "noteload/cli/problem_words.hpp"
#include "noteload/run/check.hpp"
#include "noteload/run/import.hpp"

namespace noteload::cli {

/// What a person reads at the end of an import: counts, problems, and what to do next. `width`: of
/// the lines, where the terminal is narrow.
[[nodiscard]] std::string closing_words(const run::import_result& r,
                                        std::size_t width = usual_width);

/// How a run ended, in one line without its end: for a program, a mail's subject, a log.
[[nodiscard]] std::string result_line(const run::import_result& r, int exit_code);

/// The exact command that goes on with a run, as the last line to print; or that it cannot be.
[[nodiscard]] std::string how_to_resume(const std::string& folder, const std::string& token_file,
                                        bool can_resume);
/// Whether there is anything to go on with.
[[nodiscard]] bool is_resumable(const run::import_result& r);

/// What a check found. `now`: when an import would begin.
[[nodiscard]] std::string check_words(const run::check_result& r,
                                      std::chrono::system_clock::time_point now,
                                      std::size_t width = usual_width);

/// The same for a program: one JSON object, whose names the README tells.
[[nodiscard]] std::string check_json(const run::check_result& r,
                                     std::chrono::system_clock::time_point now);

} // namespace noteload::cli
