#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "far_side.hpp"
#include "noteload/ledger/log_book.hpp"
#include "noteload/ledger/recovery.hpp"
#include "noteload/run/dispatcher.hpp"
#include "support/memory_disk.hpp"

namespace noteload::model {

/// What outlives the program.
struct world {
    explicit world(const plan& of);

    const plan& p;
    manual_clock clock;
    test::memory_disk disk;
    far_side server;
    random chance;
    std::vector<std::string> wrong; ///< promises that were broken, for people
};

/// One life of the program, from a recovered log (of the header alone at first) to its end or its
/// death, with everything real between reader and disk. One thread: each step is a handler of the
/// network's thread, a step of the log's, a batch of the reader's, or time that goes by.
class life {
public:
    enum class end { finished, stopped, dead };

    life(world& w, ledger::recovered_run from, planned_end fated);
    ~life();

    [[nodiscard]] end run();
    /// Rows without an outcome that a `kill` now may leave in doubt, by the design.
    [[nodiscard]] std::size_t most_doubtful() const;
    [[nodiscard]] int steps() const noexcept { return steps_; }

private:
    using time = steady_clock::time_point;

    void rebuild();
    [[nodiscard]] std::unique_ptr<run::batch> batch_of(
        const std::vector<std::uint64_t>& rows) const;
    [[nodiscard]] bool step();
    [[nodiscard]] bool feed();
    void let_time_pass();
    void begin_stop();
    void came_to_its_end();
    void check_request(std::uint64_t row);
    void note_asides();
    void complain(std::string what);

    world& world_;
    const plan& plan_;
    ledger::recovered_run from_;
    planned_end fated_;
    std::vector<std::shared_ptr<const run::batch>> doubtful_;
    std::vector<std::vector<std::uint64_t>> unread_; // batches that the reader will hand over
    std::uint64_t before_ = 0;                       // rows that rest
    std::uint64_t taken_over_ = 0;

    std::unique_ptr<boost::asio::io_context> on_;
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
    std::unique_ptr<run::batch_queue> queue_;
    std::unique_ptr<ledger::log_book> log_;
    std::unique_ptr<run::dispatcher> dispatcher_;
    std::unique_ptr<delivery::sender> sender_;

    int steps_ = 0;
    std::size_t next_batch_ = 0;
    std::uint64_t fed_ = 0;
    bool reader_done_ = false;
    bool stopping_ = false;
    bool sender_done_ = false;
    bool log_failed_ = false;
    std::optional<std::uint64_t> flushing_; // what the log has to reach
    bool last_line_ = false;
    bool over_ = false;
    time cut_at_ = time::max();
    time feed_at_{};
    std::map<std::uint64_t, outcome> settled_; // in this life
    std::vector<time> settled_at_;
    std::vector<std::pair<time, std::size_t>> aside_; // how many waited aside of late
    std::size_t log_seen_ = 0;                        // bytes of the synced log that were looked at
    std::map<std::uint64_t, bool> open_;              // row: a crash from here on would ask for it
};

} // namespace noteload::model
