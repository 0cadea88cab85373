#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "noteload/clock.hpp"

namespace noteload::delivery {

/// What a request is for.
enum class aim : std::uint8_t {
    work,  ///< what the run is there for: creating, deleting, looking up a contact
    look,  ///< a read between, which puts nothing in doubt
    probe, ///< one harmless read that tells how a failing server is
};

/// Stops the requests when the server keeps failing, so that an outage puts no more rows in doubt
/// than were in flight, and says when to probe it and when to give up. A rule without a clock.
///
/// Closed, everything may leave. Open, nothing but a probe when one is due. After a good probe it
/// is half open: looks may leave, and one piece of work at a time until one succeeds, for a server
/// may read well and fail at every note. Good looks say nothing about work that failed, and an
/// answer says nothing about failures that its request left before.
///
/// Answers that could not be read count as failures until their notes are found on the server: then
/// they were good ones.
class breaker {
public:
    using clock = steady_clock;
    using time = clock::time_point;
    using duration = clock::duration;

    struct limits {
        int failures = 8; ///< one after the other, without a good answer between
        /// Or two of them so far apart: a server that accepts and never answers gives few failures
        /// where few requests may be under way, each a whole timeout after the last.
        duration long_failing = std::chrono::seconds(10);
        duration first_pause = std::chrono::seconds(1);
        duration longest_pause = std::chrono::seconds(30); ///< an hour's outage costs an hour
        duration give_up_after =
            std::chrono::hours(4); ///< without one good answer; waits for quota not counted
    };

    breaker(limits l, time now) : limits_(l), last_good_(now) {}

    /// What left is work or a look.
    void leaves(aim what) { is_trying_ = is_trying_ || (!is_closed() && what == aim::work); }
    /// The server did its work, whatever it said about the row, in answer to what left at `left`.
    void good(aim what, time left, time now);
    /// No connection, a lost answer, or an error of the server's own; or an answer that nobody can
    /// read, which may turn out to have been a good one.
    void bad(aim what, time left, time now, bool is_unreadable = false);
    /// What is found done was asked for by a request that left at `left`, and had such an answer.
    void turned_out_good(time left, time now);
    /// The answer to a probe.
    void probed(bool was_good, time now);

    /// Nothing may leave for want of quota, and until then: time that is nobody's failure. Said
    /// again whenever it is found to be so; what was said last counts from now on.
    void waits_for_quota(time now, time until) {
        waited_ = waited(now);
        wait_from_ = now;
        wait_until_ = until;
    }

    [[nodiscard]] bool is_closed() const { return is_ == state::closed; }
    /// Nothing but probes may leave.
    [[nodiscard]] bool is_open() const { return is_ == state::open; }
    /// Never for a probe: that has its time.
    [[nodiscard]] bool may_leave(aim what) const {
        return is_closed() || (is_ == state::half_open && !(what == aim::work && is_trying_));
    }
    /// When the next probe is due, while open.
    [[nodiscard]] time probe_at() const { return probe_at_; }
    [[nodiscard]] bool must_give_up(time now) const {
        return failures_ > 0 && without_answer(now) >= limits_.give_up_after;
    }
    /// Since the last good answer, waits for quota not counted.
    [[nodiscard]] duration without_answer(time now) const { return now - last_good_ - waited(now); }

private:
    enum class state : std::uint8_t { closed, open, half_open };

    [[nodiscard]] duration waited(time now) const {
        return waited_ + std::max(std::min(now, wait_until_) - wait_from_, duration::zero());
    }
    /// Whether an answer tells about the server since it began to fail.
    [[nodiscard]] bool is_news(time left) const { return failures_ == 0 || left >= failing_since_; }
    void open(time now);
    void close(time now);

    limits limits_;
    state is_ = state::closed;
    bool is_trying_ = false; // half open, and a piece of work has left
    int failures_ = 0;       // since the last good answer
    bool work_failed_ = false;
    time first_plain_ = time::max(); // of these failures, unreadable answers not counted
    time failing_since_{};           // the first failure came; the breaker opened
    time probe_at_{};
    duration pause_{};
    time last_good_;
    duration waited_{}; // for quota, since then, up to wait_from_
    time wait_from_{};
    time wait_until_{};
};

} // namespace noteload::delivery
