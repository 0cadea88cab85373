#pragma once

#include <memory>
#include <vector>

#include "noteload/delivery/server.hpp"
#include "noteload/ledger/run_folder.hpp"
#include "noteload/run/import.hpp"
#include "noteload/run/stop_switch.hpp"

namespace noteload::run {

/// The log header's `options`: all that a resumed run needs but the token.
[[nodiscard]] std::map<std::string, ledger::option_value> logged_options(const import_options& o);

/// A run from its first note to its last line: the three threads, wired, bounded and stopped. Made
/// once everything was looked at.
class import_session {
public:
    import_session(const import_options& options, const delivery::server& server,
                   const ledger::run_folder& folder, std::unique_ptr<ledger::append_file> log,
                   std::vector<checked_input> inputs, mapping::note_mapper mapper,
                   const stop_switch& stop, import_observer& watch);
    ~import_session();

    /// Returns when every row that was read has its outcome on disk, or the log has failed.
    [[nodiscard]] import_result run(const ledger::log_header& header);

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace noteload::run
