#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "noteload/delivery/concurrency_rule.hpp"
#include "noteload/delivery/endpoint.hpp"
#include "noteload/delivery/rate.hpp"
#include "noteload/delivery/sender.hpp"
#include "noteload/delivery/server.hpp"
#include "noteload/error.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/report/summary.hpp"
#include "noteload/run/error_limit.hpp"
#include "noteload/run/inputs.hpp"
#include "noteload/run/key_check.hpp"
#include "noteload/run/stop_time.hpp"
#include "noteload/run/untold_rows.hpp"

namespace noteload::run {

struct import_options {
    std::vector<std::string> paths; ///< `-` is standard input
    input_options reading;
    std::string mapping; ///< file; empty: by field name
    std::string base_url{delivery::default_base_url};
    std::string token;
    delivery::token_reader token_again; ///< at a 401 in the middle; empty: it stays
    std::string state_folder;           ///< what the runs of this user share; empty: nothing
    std::string ca_file;                ///< empty: the system's authorities alone
    std::string run_dir;                ///< empty: a new folder under `noteload-runs/`
    std::string organization;           ///< empty: any
    std::string key;                    ///< the column whose values tell rows apart; empty: none
    std::string history; ///< folder of earlier runs; empty: the one that holds the run folder
    duplicate_policy duplicate_keys = duplicate_policy::refuse;
    int concurrency = 8; ///< 0: as many as the server can take, 1 to 64
    int threads = 1;     ///< of the network
    delivery::rate rate;
    delivery::quota_reserve reserve;
    delivery::pacing pace = delivery::pacing::fast;
    int max_attempts = 10; ///< 0: no end
    error_limit max_errors;
    std::chrono::milliseconds timeout{30'000};
    std::chrono::seconds give_up_after{std::chrono::hours(4)};
    std::chrono::milliseconds grace{30'000}; ///< for what is in flight when stopping
    delivery::doubt_policy in_doubt = delivery::doubt_policy::verify;
    std::chrono::milliseconds verify_window{60'000};
    std::optional<stop_time> stop_at; ///< the run ends by itself, as by a signal
    bool spool = false; ///< standard input is copied into the run folder first, to resume from
    std::uint64_t skip = 0;
    std::optional<std::uint64_t> limit;
    bool responses = false;
};

/// What is known once everything was looked at and before the first note leaves.
struct import_start {
    std::string organization;
    std::string time_zone;
    std::string base_url;
    std::string folder;
    bool can_resume = true;                   ///< false: standard input, and no copy of it
    std::vector<std::string> inputs;          ///< as the user named them
    std::vector<source::reading_facts> facts; ///< how they are read
    std::vector<std::string> unused_columns;  ///< of the first input
    std::optional<std::uint64_t> bytes;       ///< of all inputs
};

/// A moment of a run.
struct import_progress {
    row_counts rows;
    std::uint64_t bytes_done = 0;
    std::optional<std::uint64_t> bytes;
    int in_flight = 0;
    std::size_t in_doubt = 0;         ///< rows that wait for an answer about them
    std::uint64_t settled_before = 0; ///< of `rows`, those that an earlier process settled
    std::uint64_t bytes_before = 0;   ///< where this process began to read
    std::chrono::steady_clock::duration elapsed{};
    delivery::traffic traffic;                                         ///< of this process
    std::map<std::string, std::chrono::steady_clock::duration> waited; ///< by `reason` of `paused`
    bool last = false;                                                 ///< nothing comes after it
};

enum class ending : std::uint8_t {
    finished, ///< every row of the input has its outcome
    limited,  ///< --limit was reached
    max_errors,
    interrupted,  ///< by a signal, or by --stop-at
    failed,       ///< by what is not a row's fault
    was_finished, ///< `resume` found nothing to do
};

struct import_result {
    ending how{};
    std::optional<failure> why;                ///< of `failed`
    std::string folder;                        ///< empty when there is no run: nothing was sent
    std::vector<mapping::told_notice> noticed; ///< what the mapping changed
    std::vector<std::string> rejects;          ///< names of the reject files that have rows
    std::vector<std::string> reject_options;   ///< for each input, with which its rejects are read
    std::chrono::milliseconds took{0};         ///< by this process
    report::summary summary;
    report::run_facts facts;
    untold_rows untold; ///< where the log could not be written to its end; they are in `summary`
};

/// A person's answer to a question.
enum class consent : std::uint8_t { yes, no, interrupted };

/// Who watches a run. Called on the thread that called `run_import`.
class import_observer {
public:
    virtual ~import_observer() = default;
    /// The server is asked who it is; it may take a while to say.
    virtual void asking(const std::string& base_url) = 0;
    /// Whether notes may be made in this organisation, which nobody has named. Before anything is
    /// written anywhere. Nothing: a person was not asked, and `import` ends with that failure.
    [[nodiscard]] virtual result<consent> confirm(const std::string& /*organization*/,
                                                  const std::string& /*base_url*/) {
        return consent::yes;
    }
    /// Contacts are looked up on the server, now and then and at the end.
    virtual void looking_up(std::size_t /*done*/, std::size_t /*of*/, std::size_t /*unknown*/) {}
    virtual void started(const import_start& s) = 0;
    virtual void progress(const import_progress& p) = 0;
    virtual void told(const ledger::log_event& e) = 0;
    /// The first signal: draining begins.
    virtual void stopping(std::chrono::milliseconds grace) = 0;
    /// The second signal: the process is to end now. Does not return.
    [[noreturn]] virtual void quit(const std::string& folder) = 0;
    /// The run's end as an exit code, for `summary.json`.
    [[nodiscard]] virtual int exit_code(const import_result& r) const = 0;
};

/// Imports. Returns when every row that was read has its outcome on disk, or with why not. Handles
/// SIGINT and SIGTERM while it runs.
[[nodiscard]] import_result run_import(const import_options& options, import_observer& watch);

} // namespace noteload::run
