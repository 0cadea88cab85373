#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/ledger/key_index.hpp"
#include "noteload/ledger/log_format.hpp"

// What a run folder says of its keys. Failures are `errc::run_folder`.

namespace noteload::ledger {

/// Of the run's log and undo log; 0 where there is none.
struct log_sizes {
    std::uint64_t log = 0;
    std::uint64_t undo = 0;

    friend bool operator==(const log_sizes&, const log_sizes&) = default;
};
[[nodiscard]] log_sizes sizes_of(const std::string& folder);

/// The header of a folder's log. Nothing: the folder holds no log of a run. Fails for a log whose
/// header cannot be used.
[[nodiscard]] result<std::optional<log_header>> header_in(const std::string& folder);

/// Whether the log's last line is an end line: the run came to its end, and no process goes on
/// with it.
[[nodiscard]] bool has_ended(const std::string& folder);
/// Whether an undo of the run has begun: no process goes on with the run any more.
[[nodiscard]] bool was_undone(const std::string& folder);

/// What an undo log says. Lines that cannot be read are passed over, for a note counts as there
/// until it is known not to be.
struct undone_notes {
    std::vector<std::int64_t> notes; ///< that are no more, `undone` or `gone`; sorted
    bool looked_up = false;          ///< rows in doubt have none either
};
[[nodiscard]] undone_notes read_undone(const std::string& folder);

struct keys_in_log {
    key_index index; ///< as it is to be written
    run_keys keys;
};

/// Reads the whole log. A key is imported where a row with it ended `created` or `already_there`,
/// and its note was not undone; in doubt where one ended `in_doubt` and none imported it. A row's
/// last outcome counts. Rows in doubt of an undone run that were looked up count for nothing; what
/// a crash tore of its log is left out, as `recover` does.
[[nodiscard]] result<keys_in_log> keys_of(const std::string& folder);

} // namespace noteload::ledger
