#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "noteload/delivery/bell.hpp"
#include "noteload/delivery/sender.hpp"
#include "noteload/ledger/log_book.hpp"
#include "noteload/run/batch.hpp"
#include "noteload/run/error_limit.hpp"
#include "noteload/run/mark_rule.hpp"
#include "noteload/run/row_reader.hpp"

namespace noteload::run {

/// What the network's thread has done so far: for the progress line.
struct dispatch_counts {
    row_counts rows;              ///< settled; `read` is not set here
    std::uint64_t last_row = 0;   ///< no row of them stands behind it
    std::uint32_t file = 0;       ///< of the row taken last
    std::uint64_t bytes_done = 0; ///< of that file, behind that row
};

/// Between the queue, the log and the sender, on the network's thread: gives out rows in order,
/// each only when a mark that covers it is on disk, and writes down how each ends. Marks run ahead
/// of the sending as far as `mark_rule` allows.
class dispatcher final : public delivery::work {
public:
    struct options {
        int concurrency = 8;
        error_limit errors;
        /// Rows that an earlier process may have sent, by batch; those that cannot be asked for
        /// are settled at once.
        std::vector<std::shared_ptr<const batch>> doubtful{};
        /// Of these note ids, those that the logs of other runs hold.
        std::function<delivery::claims_elsewhere(const std::vector<std::int64_t>&)> claimed{};
    };
    /// Both are called on the network's thread, `halted` once.
    struct hooks {
        std::function<void(const failure*)> halted; ///< null: by the error limit
        std::function<void(const ledger::log_event&)> told;
    };

    dispatcher(boost::asio::io_context& on, batch_queue& from, ledger::log_book& log,
               const options& o, hooks call);

    // delivery::work
    delivery::task<std::optional<delivery::parcel>> next() override;
    std::optional<delivery::parcel> next_at_once() override;
    void settle(const delivery::parcel& p, delivery::delivered d) override;
    std::vector<delivery::parcel> doubtful() override;
    delivery::claims_elsewhere claimed_elsewhere(const std::vector<std::int64_t>& ids) override;
    void set_aside(const delivery::parcel& p) override;
    void tell(std::string_view what, std::string_view why, std::string detail) override;
    void halt(const failure& why) override;

    /// Something came: a batch, or the end of them. On the network's thread.
    void look_again() { changed_.ring(); }
    /// A mark is on disk. On the network's thread.
    void made_durable(const ledger::sending_mark& mark);
    /// Give out no more rows.
    void stop();
    /// After the sender and the reader have ended: every row that was read and not given out gets
    /// its outcome.
    void give_back_rest();

    [[nodiscard]] const dispatch_counts& counts() const noexcept { return counts_; }
    [[nodiscard]] bool over_error_limit() const noexcept { return over_limit_; }

private:
    using shared_batch = std::shared_ptr<const batch>;
    struct cursor {
        std::size_t batch = 0; // index in loaded_
        std::size_t row = 0;
    };

    struct timed_mark {
        std::uint64_t row = 0; // its last
        steady_clock::time_point asked;
    };

    [[nodiscard]] const batch_row* at(const cursor& c) const;
    void fetch_ahead() const;
    void advance(cursor& c) const;
    [[nodiscard]] bool is_marked(const cursor& c) const;
    bool pull();
    void pass_invalid();
    [[nodiscard]] static delivery::parcel parcel_of(const shared_batch& b, std::size_t row);
    [[nodiscard]] delivery::parcel take();
    void passed(const place& at);
    void mark_ahead(bool somebody_waits);
    [[nodiscard]] std::optional<ledger::sending_mark> next_mark(std::size_t most);
    void settle_unsent(const batch& b, std::size_t row);
    void write_down(const batch& b, std::size_t row, ledger::log_entry entry,
                    wall_clock::time_point when);

    batch_queue& queue_;
    ledger::log_book& log_;
    options options_;
    hooks call_;
    delivery::bell changed_;
    mark_rule rule_;
    std::deque<shared_batch> loaded_;
    cursor next_;                             // to give out
    cursor unmarked_;                         // to mark; never behind next_
    std::uint64_t durable_ = 0;               // rows up to here may leave
    steady_clock::time_point now_{};          // as a row was settled last, or had to wait
    std::optional<timed_mark> timed_;         // one at a time
    std::unordered_set<std::uint64_t> aside_; // rows that no longer count in rule_
    bool queue_done_ = false;
    bool stopping_ = false;
    bool over_limit_ = false;
    dispatch_counts counts_;
};

} // namespace noteload::run
