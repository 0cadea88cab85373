#pragma once

#include <memory>
#include <string>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/ledger/disk.hpp"
#include "noteload/ledger/key_table.hpp"
#include "noteload/ledger/log_format.hpp"

// The keys that earlier runs imported. A history is a folder that holds run folders; in its
// `.noteload-keys` lies an index for each run (`key_index`), also of runs whose folder is elsewhere
// or was removed. Failures are `errc::run_folder` where somebody has to do something.

namespace noteload::ledger {

/// Runs whose keys are comparable.
struct key_space {
    std::string base_url;
    std::string organization; ///< empty: of any
    std::string column;       ///< compared without case, as columns are

    [[nodiscard]] bool has(const std::string& url, const std::string& who,
                           const std::string& key) const;
};

/// A run that has keys.
struct keyed_run {
    std::string name;
    std::string folder;  ///< empty: removed
    bool undone = false; ///< it cannot be resumed
};

/// Keys that are not to be imported (again), and the runs that they are of.
struct known_keys {
    key_table table;
    std::vector<keyed_run> runs; ///< run N of the table is at N - 1

    [[nodiscard]] const keyed_run& run(std::uint32_t number) const { return runs[number - 1]; }
};

/// The folder that holds a run's folder: its history, unless another is named. Absolute.
[[nodiscard]] std::string history_of(const std::string& run_folder);

/// One history, held by this process alone while it is read and a new run is written down, so that
/// of two imports that start at once the second sees the first.
class key_history {
public:
    /// Makes what is not there yet, and waits until no other process holds it.
    [[nodiscard]] static result<key_history> hold(disk& on, const std::string& folder);
    /// Holds and writes nothing.
    [[nodiscard]] static key_history look_at(disk& on, const std::string& folder);

    key_history(key_history&&) noexcept;
    key_history& operator=(key_history&&) noexcept;
    ~key_history();

    /// All keys of the space but those of the run `own` (null: none), the one that asks. Indexes
    /// that are older than their run's logs are made again. Fails where a run has not come to its
    /// end and was not undone, where an undone one may have notes whose keys nobody knows, or where
    /// nobody can tell what a run imported; the message says what to do.
    [[nodiscard]] result<known_keys> read(const key_space& of, const log_header* own);

    /// Writes down that the run is about to begin, before its first note: should its folder vanish,
    /// the next import knows that something is missing.
    [[nodiscard]] result<void> announce(const log_header& header, const std::string& folder);
    /// Takes that back: the run did not begin.
    void forget(const log_header& header);

    /// Makes the index of a run from its folder. After its end, and after an undo.
    [[nodiscard]] result<void> remember(const std::string& folder);

private:
    class lock;
    key_history(disk& on, std::string folder, std::unique_ptr<lock> held);
    [[nodiscard]] std::string path_of(const log_header& header) const;

    disk* on_;
    std::string folder_;
    std::unique_ptr<lock> held_; // null: only looked at
};

} // namespace noteload::ledger
