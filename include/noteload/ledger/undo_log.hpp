#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "noteload/ledger/disk.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/ledger/undo_format.hpp"

namespace noteload::ledger {

/// What earlier undos of a run have done, as undo.jsonl tells it. A bit a row.
struct recovered_undo {
    bool is_there = false;        ///< there is an undo.jsonl
    std::uint64_t good_bytes = 0; ///< what is behind is garbled and to be cut off
    undo_counts settled;          ///< only notes that are undone or gone
    std::vector<bool> done;       ///< by row, the same
    bool looked_up = false;       ///< the run's rows in doubt have no notes any more

    [[nodiscard]] bool is_done(std::uint64_t row) const { return row < done.size() && done[row]; }
};

/// Reads undo.jsonl, if there is one. Fails with `errc::changed` when it is no log of an undo, of a
/// version that this program does not know, or of another run than `of`; with `errc::input` when it
/// cannot be read. `last_row` is the log's; lines of rows behind it are passed over.
[[nodiscard]] result<recovered_undo> recover_undo(disk& on, const std::string& path,
                                                  const log_header& of, std::uint64_t last_row);

/// undo.jsonl and kept.csv while an undo goes on. One thread, which waits for the disk. After the
/// first failure nothing more is written, for good, and every call returns that failure.
class undo_log {
public:
    /// Makes undo.jsonl appear with its header whole, or goes on behind what is there. The
    /// kept.csv of an earlier undo is removed: its notes are tried again.
    [[nodiscard]] static result<undo_log> open(disk& on, const std::string& folder,
                                               const recovered_undo& before,
                                               const undo_header& header);

    /// With the kernel when this returns, so that it outlives the process.
    [[nodiscard]] result<void> add(const undone_note& note);
    /// A person has looked up the run's `rows` in doubt; synced.
    [[nodiscard]] result<void> looked_up(std::uint64_t rows);
    /// All that was added is on disk when this returns.
    [[nodiscard]] result<void> sync();
    /// The last line; synced.
    [[nodiscard]] result<void> end(const undo_counts& counts);

private:
    undo_log(disk& on, std::string folder, std::unique_ptr<append_file> lines);
    [[nodiscard]] result<void> first_failure(const result<void>& done);
    [[nodiscard]] result<void> add_kept(const undone_note& note);

    disk* on_;
    std::string folder_;
    std::unique_ptr<append_file> lines_;
    std::unique_ptr<append_file> kept_; // made with its first note
    std::optional<failure> failed_;
    std::string text_; // reused
    bool dirty_ = false;
};

} // namespace noteload::ledger
