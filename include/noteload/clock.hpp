#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>

// The two clocks of everything that waits or writes down a time. They are the standard library's,
// unless a test has taken time into its own hands with a `manual_clock`.

namespace noteload {

class manual_clock;

namespace detail {
/// Null in the program: reading a clock costs one load and a branch more than it must.
inline std::atomic<manual_clock*> clock_in_charge = nullptr;
} // namespace detail

/// For durations and deadlines: never set back.
struct steady_clock {
    using duration = std::chrono::steady_clock::duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr bool is_steady = true;

    [[nodiscard]] static time_point now() noexcept;

    /// What Asio's timers ask how long they may sleep.
    struct waits {
        [[nodiscard]] static duration to_wait_duration(const duration& d) noexcept;
        [[nodiscard]] static duration to_wait_duration(const time_point& until) noexcept;
    };
};

/// For times that people and the server read.
struct wall_clock {
    using duration = std::chrono::system_clock::duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::system_clock::time_point;
    static constexpr bool is_steady = false;

    [[nodiscard]] static time_point now() noexcept;
};

/// Now by both clocks.
struct moment {
    steady_clock::time_point steady;
    wall_clock::time_point wall;

    [[nodiscard]] static moment now() noexcept;
};

/// While one is there, both clocks tell its time, and it stands still until it is moved. Asio's
/// timers then never sleep: each `io_context::poll` looks at them again, and tells when the next
/// one is due. For tests, in which one thread does everything; one at a time.
class manual_clock {
public:
    using time = steady_clock::time_point;

    explicit manual_clock(wall_clock::time_point start) : wall_start_(start) {
        detail::clock_in_charge = this;
    }
    manual_clock(const manual_clock&) = delete;
    manual_clock& operator=(const manual_clock&) = delete;
    ~manual_clock() { detail::clock_in_charge = nullptr; }

    [[nodiscard]] time now() const noexcept { return now_; }
    [[nodiscard]] wall_clock::time_point wall_now() const noexcept {
        return wall_start_ + (now_ - time());
    }

    /// Never back. What timers said of their next moment is forgotten: poll, and they say it again.
    void move_to(time t) {
        now_ = std::max(now_, t);
        next_wake_ = time::max();
    }
    /// The earliest moment that a timer waits for, as of the last poll; `time::max()`: none. It may
    /// have been cancelled since.
    [[nodiscard]] time next_wake() const noexcept { return next_wake_; }
    void wakes_at(time t) noexcept { next_wake_ = std::min(next_wake_, t); }

private:
    wall_clock::time_point wall_start_;
    time now_ = time() + std::chrono::hours(1);
    time next_wake_ = time::max();
};

inline steady_clock::time_point steady_clock::now() noexcept {
    const auto* by_hand = detail::clock_in_charge.load(std::memory_order_relaxed);
    return by_hand == nullptr ? std::chrono::steady_clock::now() : by_hand->now();
}

inline wall_clock::time_point wall_clock::now() noexcept {
    const auto* by_hand = detail::clock_in_charge.load(std::memory_order_relaxed);
    return by_hand == nullptr ? std::chrono::system_clock::now() : by_hand->wall_now();
}

inline moment moment::now() noexcept {
    return {steady_clock::now(), wall_clock::now()};
}

inline steady_clock::duration steady_clock::waits::to_wait_duration(const duration& d) noexcept {
    auto* by_hand = detail::clock_in_charge.load(std::memory_order_relaxed);
    if (by_hand == nullptr) {
        return d;
    }
    by_hand->wakes_at(d > time_point::max() - by_hand->now() ? time_point::max()
                                                             : by_hand->now() + d);
    return duration::zero();
}

inline steady_clock::duration steady_clock::waits::to_wait_duration(
    const time_point& until) noexcept {
    return to_wait_duration(until - now());
}

} // namespace noteload
