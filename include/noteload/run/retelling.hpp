#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "noteload/error.hpp"
#include "noteload/ledger/recovery.hpp"
#include "noteload/ledger/side_files.hpp"
#include "noteload/report/summary.hpp"

namespace noteload::run {

/// Which rows are told again, by their last outcome.
using row_choice = std::function<bool(std::uint64_t row, outcome last)>;

/// What a log tells of its rows, once more: the chosen rows go into the summary, whose `read`
/// counts them, and those that have a side file into `into`, with their records read from the
/// inputs again. `max_record`: longer records were kept to that many bytes.
[[nodiscard]] result<report::summary> retell(const std::string& log_path,
                                             const ledger::recovered_run& run,
                                             std::size_t max_record, const row_choice& chosen,
                                             ledger::side_files& into);

} // namespace noteload::run
