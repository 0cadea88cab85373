#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "noteload/delivery/rate.hpp"
#include "noteload/delivery/server.hpp"
#include "noteload/delivery/task.hpp"
#include "noteload/delivery/watcher.hpp"
#include "noteload/undo_outcome.hpp"

namespace noteload::delivery {

/// Where the notes to delete come from and where their ends go. Called on the network's thread.
class undo_work : public watcher {
public:
    /// The next note; nothing when there are no more.
    [[nodiscard]] virtual std::optional<made_note> next() = 0;
    /// Once for each note that `next` gave.
    virtual void settle(undone_note n) = 0;
};

struct eraser_options {
    int concurrency = 8; ///< 0: as `concurrency_rule` finds it
    rate limit;
    quota_reserve reserve{};
    pacing pace = pacing::fast;
    std::chrono::seconds give_up_after{std::chrono::hours(4)};
    bool force = false; ///< delete without a look at whether somebody changed the note
    /// How long a note may be shown that a deletion did not find: reads lag.
    std::chrono::milliseconds verify_window{std::chrono::seconds(60)};
    /// Of a note that has no good answer while others have; then it is refused. Ten take about 40
    /// seconds.
    int most_failures = 10;
};

/// The pool that deletes notes: `concurrency` connections, never more requests at once. It looks at
/// each note, and deletes it if nobody changed it since it was made. Whatever has no good answer is
/// asked again; a note that alone has none, while others do, is given up after some tries. It
/// settles every note that it took. A deletion's 404 is believed of a note that was not shown, or
/// is shown no more: it looks again until the verify window is over, and then refuses the note;
/// once it did, and until a deletion works, the next ones are looked at only once more.
class eraser {
public:
    eraser(boost::asio::io_context& on, const server& s, const eraser_options& options,
           undo_work& from);
    eraser(const eraser&) = delete;
    eraser& operator=(const eraser&) = delete;
    ~eraser();

    /// Returns when there are no more notes and all are settled.
    [[nodiscard]] task<> run();

    /// No new notes, and no new requests; what is in flight goes on.
    void stop();
    /// The grace period is over: what is in flight is cut off.
    void cut();

    [[nodiscard]] int in_flight() const noexcept;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace noteload::delivery
