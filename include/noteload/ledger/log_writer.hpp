#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
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

/// The log's thread. Everyone hands their entries over and goes on; the thread writes them in the
/// order in which they came, in groups (see `group_commit`). After the first failure nothing more
/// is written, for good: `failed` is called once and later entries are dropped.
class log_writer {
public:
    /// Called on the log's thread.
    struct hooks {
        std::function<void(const sending_mark&)> durable; ///< the mark is on disk
        std::function<void(const settled_row&)> written;  ///< the row is with the kernel
        std::function<void(const failure&)> failed;
    };

    /// More entries than this wait: take no new rows until `has_room`.
    static constexpr std::size_t room = 16'384;

    log_writer(std::unique_ptr<append_file> log, side_files beside, hooks call);
    log_writer(const log_writer&) = delete;
    log_writer& operator=(const log_writer&) = delete;
    /// Writes and syncs what is there.
    ~log_writer();

    // From any thread; none of these waits for the disk.
    void settle(log_entry entry);
    void mark(const sending_mark& mark);
    void tell(log_event event);
    [[nodiscard]] bool has_room() const;

    /// Waits until all that was handed over is on disk, side files included.
    [[nodiscard]] result<void> flush();

    /// Names of the reject files that have rows. After a `flush`, while nobody hands over more.
    [[nodiscard]] std::vector<std::string> rejects() const { return beside_.rejects(); }

    /// The log's last line; the run is finished. After a `flush`, once.
    [[nodiscard]] result<void> end(const row_counts& counts);

private:
    using item = std::variant<log_entry, sending_mark, log_event, row_counts>;

    void push(item i, bool hurry);
    void run();
    void write(std::vector<item>& items, std::vector<sending_mark>& marks);
    void sync(std::vector<sending_mark>& marks, bool side_files_too);
    void fail(const failure& why);

    std::unique_ptr<append_file> log_;
    side_files beside_;
    hooks call_;
    std::string lines_; // reused

    mutable std::mutex mutex_;
    std::condition_variable work_; // for the log's thread
    std::condition_variable done_; // for those who wait for it
    std::vector<item> queue_;
    group_commit when_;
    std::uint64_t pushed_ = 0;
    std::uint64_t synced_ = 0;
    std::size_t flushing_ = 0; // callers inside flush()
    std::optional<failure> failed_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace noteload::ledger
