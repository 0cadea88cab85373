#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/run/import.hpp"
#include "noteload/undo_outcome.hpp"

namespace noteload::run {

struct undo_options {
    std::string run_dir;
    std::string token;
    delivery::token_reader token_again; ///< as `import_options`, like the next one
    std::string state_folder;
    std::string organization; ///< empty: the run's
    bool force = false;       ///< delete notes that somebody changed, too
    bool looked_up = false;   ///< a person says that rows in doubt have no notes any more
    /// Changes what the run was started with, by what the user says today; may be empty.
    std::function<void(import_options&)> amend;
};

/// Rows `first` to `last`.
struct row_range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    friend bool operator==(const row_range&, const row_range&) = default;
};

/// What is known before the first note is deleted.
struct undo_plan {
    std::string run;
    std::string folder;
    std::string organization;
    std::string base_url;
    std::uint64_t notes = 0;    ///< that the run made, by its log
    std::uint64_t gone = 0;     ///< of these: an earlier undo has deleted them
    std::uint64_t in_doubt = 0; ///< rows that may have notes which the log does not name, and that
                                ///< nobody has looked up
    std::vector<row_range> doubtful{}; ///< these rows, in order
    bool undone = false;               ///< an earlier undo has begun: the run cannot be resumed
    bool looked_up = false;            ///< this one is told that rows in doubt have no notes
    bool finished = true;              ///< the run reached its end
    bool force = false;

    [[nodiscard]] std::uint64_t left() const noexcept { return notes - gone; }
    /// Whether there may be notes that no undo knows.
    [[nodiscard]] bool is_unsure() const noexcept { return in_doubt > 0 && !looked_up; }
};

/// A moment of an undo.
struct undo_progress {
    undo_counts counts;
    std::uint64_t before = 0; ///< of these: gone before it began
    int in_flight = 0;
    std::chrono::steady_clock::duration elapsed{};
    bool last = false; ///< nothing comes after it
};

struct undo_result {
    ending how{};               ///< `finished`, `interrupted` or `failed`
    std::optional<failure> why; ///< of `failed`
    bool begun = false;         ///< notes may have been deleted
    undo_plan plan;
    undo_counts counts;                   ///< of all undos of the run
    std::vector<undone_note> still_there; ///< kept or refused: the first `most_listed` of them
    std::chrono::system_clock::time_point started;
    std::chrono::system_clock::time_point ended;

    static constexpr std::size_t most_listed = 30;
};

/// Who watches an undo. Called on the thread that called `run_undo`.
class undo_observer {
public:
    virtual ~undo_observer() = default;
    /// The server is asked whose token it is.
    virtual void asking_whose(const std::string& base_url) = 0;
    /// Whether to go on with it. Not called where nothing is left to delete.
    [[nodiscard]] virtual consent confirm(const undo_plan& p) = 0;
    virtual void undoing(const undo_progress& p) = 0;
    virtual void told(const ledger::log_event& e) = 0;
    /// The first signal: draining begins.
    virtual void stopping(std::chrono::milliseconds grace) = 0;
    /// The second signal: the process is to end now. Does not return.
    [[noreturn]] virtual void quit(const std::string& folder) = 0;
};

/// Whether the folder is one of a run; the failure says what it is not.
[[nodiscard]] result<void> is_run(const std::string& folder);

/// Deletes the notes that a run made, by its log, and writes down what became of each. May be
/// stopped and called again: it goes on with what is still there. Handles SIGINT and SIGTERM.
[[nodiscard]] undo_result run_undo(const undo_options& options, undo_observer& watch);

} // namespace noteload::run
