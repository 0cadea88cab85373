#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "noteload/id_set.hpp"
#include "noteload/ledger/log_format.hpp"

namespace noteload::ledger {

/// The notes that rows of other runs in the same history folder have claimed, at the same base URL
/// and in the same organisation: another row must not be settled with one of them. Looks only at
/// logs that were written to since `since`, for an older one cannot know a younger note, and reads
/// of each only what came since it was read last. Logs that cannot be read are passed over. An
/// `id_set` is kept of the notes of each. One thread.
class other_claims {
public:
    other_claims(std::string history, const std::string& own_folder, log_header own_run,
                 std::chrono::system_clock::time_point since);

    /// How long a note may have been on the server before the other run that made it says so in
    /// its log: what the slowest answer takes, by the run's own timeout. Zero where no other run of
    /// the server is under way.
    [[nodiscard]] std::chrono::milliseconds unsure_for() const;

    /// Those of `note_ids` that are claimed.
    [[nodiscard]] std::vector<std::int64_t> among(const std::vector<std::int64_t>& note_ids);

private:
    struct log {
        std::uint64_t read_to = 0; ///< bytes, up to behind a newline
        bool of_same_server = false;
        id_set ids;
    };

    void read_on();
    void read_on(const std::string& path, log& from) const;

    std::string history_;
    std::string own_folder_;
    log_header own_run_;
    std::chrono::system_clock::time_point since_;
    std::map<std::string, log> logs_; // by path
};

} // namespace noteload::ledger
