#pragma once

#include <string>

#include "noteload/error.hpp"
#include "noteload/ledger/key_history.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/run/import.hpp"
#include "noteload/run/key_check.hpp"

namespace noteload::run {

/// The history of a run with keys.
struct opened_history {
    ledger::key_history held; ///< let go of it once the run's log is begun: others wait
    key_check keys;
};

/// Reads what other runs than this one imported, and announces this one. Before its first note,
/// also when it goes on: others may have imported rows of its file meanwhile, and its own index
/// counts as incomplete until it has ended again. `o.key` and `o.history` are set.
[[nodiscard]] result<opened_history> open_history(const import_options& o,
                                                  const ledger::log_header& header,
                                                  const std::string& folder);

} // namespace noteload::run
