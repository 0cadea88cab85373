#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "noteload/ledger/log_format.hpp"

namespace noteload::ledger {

/// Of these notes, those that a row of another run beside `own_folder` created or found at the same
/// base URL and in the same organisation. Looks only at logs that were written to since `since`: an
/// older one cannot know a younger note. Logs that cannot be read are passed over.
[[nodiscard]] std::vector<std::int64_t> claimed_by_others(
    const std::string& own_folder, const log_header& own_run,
    const std::vector<std::int64_t>& note_ids, std::chrono::system_clock::time_point since);

} // namespace noteload::ledger
