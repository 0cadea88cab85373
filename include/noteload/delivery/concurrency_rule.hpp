#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "noteload/clock.hpp"

namespace noteload::delivery {

/// `--concurrency`: 1 to `most`, or 0 for `auto`.
struct concurrency_limits {
    int fixed = 8; ///< 0: found by `concurrency_rule`

    static constexpr int most = 64;
    static constexpr int start = 4; ///< of `auto`

    [[nodiscard]] bool is_auto() const { return fixed == 0; }
    /// Connections that it may come to.
    [[nodiscard]] int at_most() const { return is_auto() ? most : fixed; }
};

/// How many requests may be in flight. A fixed number stays; `auto` grows by one a round while all
/// are in use and latency holds, and halves when the server shows that it is too much (a timeout, a
/// lost answer, 5xx, 429). A rule without a clock.
class concurrency_rule {
public:
    using time = steady_clock::time_point;
    using duration = steady_clock::duration;

    explicit concurrency_rule(concurrency_limits l)
        : is_fixed_(!l.is_auto()), limit_(l.is_auto() ? concurrency_limits::start : l.fixed) {}

    [[nodiscard]] int limit() const { return static_cast<int>(limit_); }

    /// A good answer; `in_flight` counts its request.
    void good(duration took, int in_flight) {
        if (is_fixed_) {
            return;
        }
        const std::chrono::duration<double> t = took;
        recent_ = recent_ == 0 ? t.count() : recent_ + (t.count() - recent_) / 8;
        // What is normal creeps up, so that a server that has become slower for good is normal.
        normal_ = normal_ == 0 ? recent_ : std::min(normal_ * 1.0005, recent_);
        if (in_flight >= limit() && recent_ <= normal_ * 1.5 + 0.005) {
            limit_ = std::min(limit_ + 1 / limit_, double{concurrency_limits::most});
        }
    }
    /// The server is overloaded, or out of quota. What left before the last such sign is part of
    /// the same trouble and does not count again.
    void bad(time left, time now) {
        if (!is_fixed_ && left >= fell_at_) {
            limit_ = std::max(limit_ / 2, 1.0);
            fell_at_ = now;
        }
    }

private:
    bool is_fixed_;
    double limit_;
    double recent_ = 0; // seconds
    double normal_ = 0;
    time fell_at_{};
};

} // namespace noteload::delivery
