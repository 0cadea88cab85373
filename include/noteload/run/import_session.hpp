#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "noteload/delivery/server.hpp"
#include "noteload/id_set.hpp"
#include "noteload/ledger/run_folder.hpp"
#include "noteload/ledger/side_files.hpp"
#include "noteload/run/batch.hpp"
#include "noteload/run/import.hpp"
#include "noteload/run/inputs.hpp"
#include "noteload/run/key_check.hpp"
#include "noteload/run/stop_switch.hpp"

namespace noteload::run {

/// Everything that a run begins with, looked at and opened. References must outlive the session.
struct session_begin {
    const import_options& options;
    const delivery::server& server;
    const ledger::run_folder& folder;
    const stop_switch& stop;
    import_observer& watch;
    ledger::log_header header;
    std::unique_ptr<ledger::append_file> log;
    ledger::side_files beside;
    std::vector<checked_input> inputs;
    mapping::note_mapper mapper;
    std::optional<key_check> keys{}; ///< with a key column; then the history learns of the end
    std::vector<delivery::quota_heard> heard{}; ///< by the first look

    // Of a run that goes on.
    bool resumed = false;
    report::summary before{};    ///< rows that rest; its `read` counts these alone
    went_through met{};          ///< by earlier processes that came to their end
    std::uint64_t processes = 1; ///< with this one
    bool told_all = true;        ///< `before` and `beside` have all rows that the log has
    walk_start start{};
    std::vector<std::shared_ptr<const batch>> doubtful{};
    id_set claimed{};            ///< of the run's notes
    std::string words{};         ///< for people: how much is taken over
    std::string cut_off{};       ///< for people: what of the log was; empty: nothing
    std::uint64_t last_told = 0; ///< the last row that the log tells of
};

/// What the reject files of these inputs look like.
[[nodiscard]] std::vector<ledger::input_shape> shapes_of(const std::vector<checked_input>& inputs);

/// The side files of a run's folder, not cleared yet.
[[nodiscard]] ledger::side_files side_files_of(const ledger::run_folder& folder,
                                               const std::vector<ledger::input_shape>& shapes,
                                               bool responses);

/// A run from its first note to its last line: the three threads, wired, bounded and stopped.
class import_session {
public:
    explicit import_session(session_begin b);
    ~import_session();

    /// Returns when every row that was read has its outcome on disk, or the log has failed.
    [[nodiscard]] import_result run();

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace noteload::run
