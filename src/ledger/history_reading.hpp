#pragma once

#include <string>

#include "noteload/ledger/key_history.hpp"

namespace noteload::ledger {

/// Where a history keeps the indexes of its runs.
[[nodiscard]] std::string indexes_of(const std::string& history);

/// `key_history::read` of an absolute folder; indexes are written only where they may be.
[[nodiscard]] result<known_keys> read_history(disk& on, const std::string& folder, bool may_write,
                                              const key_space& of, const log_header* own);

} // namespace noteload::ledger
