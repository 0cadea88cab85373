#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/ledger/recovery.hpp"
#include "noteload/ledger/side_files.hpp"
#include "noteload/report/summary.hpp"
#include "noteload/run/inputs.hpp"

namespace noteload::run {

/// An input whose records are told again.
struct told_input {
    source::input what;
    source::reading_options how;
    bool as_stored = true; ///< see `source::reading_facts`
};

[[nodiscard]] std::vector<told_input> told_inputs(const std::vector<checked_input>& inputs,
                                                  const input_options& options);

/// Which rows are told again, by their last outcome.
using row_choice = std::function<bool(std::uint64_t row, outcome last)>;

/// What a log tells of its rows, once more: the chosen rows go into the summary, whose `read`
/// counts them, and those that have a side file into `into`, with their records read from the
/// inputs again.
[[nodiscard]] result<report::summary> retell(const std::string& log_path,
                                             const ledger::recovered_run& run,
                                             const std::vector<told_input>& inputs,
                                             const row_choice& chosen, ledger::side_files& into);

} // namespace noteload::run
