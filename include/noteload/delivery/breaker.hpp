#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "noteload/clock.hpp"

namespace noteload::delivery {

/// Stops new rows when the server keeps failing, so that an outage puts no more rows in doubt than
/// were in flight, and says when to probe it and when to give up. A rule without a clock.
class breaker {
public:
    using clock = steady_clock;
    using time = clock::time_point;
    using duration = clock::duration;

    struct limits {
        int failures = 8; ///< one after the other, without a good answer between
        duration first_pause = std::chrono::seconds(1);
        duration longest_pause = std::chrono::seconds(30); ///< an hour's outage costs an hour
        duration give_up_after =
            std::chrono::hours(4); ///< without one good answer; waits for quota not counted
    };

    breaker(limits l, time now) : limits_(l), last_good_(now) {}

    /// The server did its work, whatever it said about the row.
    void good(time now) {
        last_good_ = now;
        waited_ = {};
        wait_from_ = std::max(wait_from_, now);
        failures_ = 0;
        open_until_.reset();
        pause_ = {};
    }
    /// No connection, a lost answer, or an error of the server's own.
    void bad(time now) {
        if (++failures_ >= limits_.failures && !open_until_) {
            open(now);
        }
    }
    /// The answer to a probe.
    void probed(bool was_good, time now) { was_good ? good(now) : open(now); }

    /// Nothing may leave for want of quota, and until then: time that is nobody's failure. Said
    /// again whenever it is found to be so; what was said last counts from now on.
    void waits_for_quota(time now, time until) {
        waited_ = waited(now);
        wait_from_ = now;
        wait_until_ = until;
    }

    [[nodiscard]] bool is_open() const { return open_until_.has_value(); }
    /// When the next probe is due, while open.
    [[nodiscard]] time probe_at() const { return *open_until_; }
    [[nodiscard]] bool must_give_up(time now) const {
        return failures_ > 0 && without_answer(now) >= limits_.give_up_after;
    }
    /// Since the last good answer, waits for quota not counted.
    [[nodiscard]] duration without_answer(time now) const { return now - last_good_ - waited(now); }

private:
    [[nodiscard]] duration waited(time now) const {
        return waited_ + std::max(std::min(now, wait_until_) - wait_from_, duration::zero());
    }

    void open(time now) {
        pause_ = pause_ == duration::zero() ? limits_.first_pause
                                            : std::min(pause_ * 2, limits_.longest_pause);
        open_until_ = now + pause_;
    }

    limits limits_;
    time last_good_;
    duration waited_{}; // for quota, since then, up to wait_from_
    time wait_from_{};
    time wait_until_{};
    int failures_ = 0;
    std::optional<time> open_until_;
    duration pause_{};
};

} // namespace noteload::delivery
