#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "noteload/ledger/disk.hpp"
#include "noteload/ledger/group_commit.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/ledger/side_files.hpp"

namespace noteload::ledger {

/// A row's end on its way to the log, with what the side files need of it.
struct log_entry {
    settled_row row;
    std::string record;   ///< original bytes; only for invalid, refused and in doubt
    std::string response; ///< the server's answer; only with --responses
};

/// The log, without a thread of its own. Everyone hands their entries over and goes on; whoever
/// steps the book (`log_writer` has a thread for it) writes them in the order in which they came,
/// in groups (see `group_commit`). After the first failure nothing more is written, for good:
/// `failed` is called once and later entries are dropped.
class log_book {
public:
    /// Called by `step`.
    struct hooks {
        std::function<void(const sending_mark&)> durable; ///< the mark is on disk
        std::function<void(const settled_row&)> written;  ///< the row is with the kernel
        std::function<void(const failure&)> failed;
    };

    /// More entries than this wait, or KiB of their records and answers: take no new rows until
    /// `has_room`.
    static constexpr std::size_t room = 16'384;

    /// Bytes of the log that may wait for a sync, but for one write: no crash tears more (see
    /// `longest_torn_tail`).
    static constexpr std::size_t most_unsynced = 4 << 20;

    log_book(std::unique_ptr<append_file> log, side_files beside, hooks call);
    log_book(const log_book&) = delete;
    log_book& operator=(const log_book&) = delete;

    // From any thread; none of these waits for the disk.
    void settle(log_entry entry);
    /// With `more` another one follows at once, for which a sync waits that both shall share.
    void mark(const sending_mark& mark, bool more = false);
    void tell(log_event event);
    void tell(process_end end);
    /// The log's last line; the run is finished. Once.
    void end(const row_counts& counts);
    [[nodiscard]] bool has_room() const;

    /// All that was handed over so far is to be on disk soon, side files included. Returns what
    /// `synced` has to be asked for.
    std::uint64_t hurry();
    /// Whether it is, or the failure for which it never will be.
    [[nodiscard]] result<bool> synced(std::uint64_t upto) const;

    /// One write or one sync, if one is due; false if none is. From one thread.
    bool step();
    /// When the next one is due if nothing comes before; nothing: when something comes.
    [[nodiscard]] std::optional<steady_clock::time_point> next_step() const;

    /// Names of the reject files that have rows. Once all is synced.
    [[nodiscard]] std::vector<std::string> rejects() const { return beside_.rejects(); }

protected:
    mutable std::mutex mutex_;
    std::condition_variable work_; ///< for whoever steps: something came that will not wait
    std::condition_variable done_; ///< for those who wait for the log: it came a step further

    // With `mutex_` held.
    std::uint64_t hurry_locked();
    [[nodiscard]] bool failed() const { return failed_.has_value(); }
    [[nodiscard]] result<bool> synced_locked(std::uint64_t upto) const;
    [[nodiscard]] std::optional<steady_clock::time_point> next_step_locked() const;

private:
    using item = std::variant<log_entry, sending_mark, log_event, process_end, row_counts>;

    void push(item i, bool hurry);
    void write();
    void sync(bool side_files_too);
    void fail(const failure& why);

    // Whoever steps.
    std::unique_ptr<append_file> log_;
    side_files beside_;
    hooks call_;
    std::vector<item> items_;         // reused
    std::string lines_;               // reused
    std::vector<sending_mark> marks_; // written, not synced yet
    std::size_t unsynced_ = 0;        // bytes written, not synced yet

    // Everyone, with `mutex_`.
    std::vector<item> queue_;
    std::size_t weight_ = 0;               // of queue_, against `room`
    std::atomic<std::size_t> waiting_ = 0; // the same, asked for before each row without the lock
    group_commit when_;
    std::uint64_t pushed_ = 0;
    std::uint64_t synced_ = 0; // of those, side files included
    bool hurried_ = false;     // the next sync is of the side files too
    std::optional<failure> failed_;
};

} // namespace noteload::ledger
