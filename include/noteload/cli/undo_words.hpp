#pragma once

#include <string>
#include <vector>

#include "noteload/run/undo.hpp"

namespace noteload::cli {

/// What a person has to know before saying yes.
[[nodiscard]] std::string plan_words(const run::undo_plan& p);

/// `  42%  420 of 1,000 notes  undone 400  gone 20  52/s  8 in flight  11 s left`
[[nodiscard]] std::string undo_line(const run::undo_progress& p);

/// What a person reads at the end. `command` is what was typed: where notes are left to try, it is
/// the last line, for it goes on.
[[nodiscard]] std::string undo_words(const run::undo_result& r, const std::string& command);

/// The same for a program.
[[nodiscard]] std::string undo_json(const run::undo_result& r, int exit_code);

/// The command line that a shell reads as these words.
[[nodiscard]] std::string command_line(const std::vector<std::string>& words);

} // namespace noteload::cli
