#pragma once

#include <functional>
#include <string>

#include "noteload/error.hpp"
#include "noteload/ledger/recovery.hpp"

namespace noteload::ledger {

/// The last outcome of every row that ended other than `created`, in the log's order. Reads only
/// where `recover` found such lines: most logs have few. `errc::changed` where none stands there
/// any more.
[[nodiscard]] result<void> for_each_told(const std::string& log_path, const recovered_run& run,
                                         const std::function<void(const row_line&)>& each);

} // namespace noteload::ledger
