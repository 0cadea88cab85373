#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "noteload/clock.hpp"

namespace noteload::delivery {

/// What our steady clock shows when the server's shows a given time, between two bounds. `Date` has
/// whole seconds and comes from somewhere between a request's leaving and its answer's coming, so
/// one answer tells the difference of the clocks to a second and a round trip; answers that happen
/// to come just before and after the server's second turns tell it better. A rule without a clock.
class server_clock {
public:
    using time = steady_clock::time_point;
    using duration = steady_clock::duration;

    /// An answer with this `Date` to a request that left and was answered at these moments.
    void heard(std::chrono::sys_seconds date, time left, time came);

    [[nodiscard]] bool is_known() const { return known_; }
    /// The latest and the earliest moment at which the server's clock can show `t`: whoever leaves
    /// at the latest is never early. Only once it is known.
    [[nodiscard]] time latest(std::chrono::sys_seconds t) const;
    [[nodiscard]] time earliest(std::chrono::sys_seconds t) const;
    /// How far the two are apart, as of the last answer.
    [[nodiscard]] duration unsure() const { return ahead_most_ - ahead_least_; }

    /// The next moment at which an answer's `Date` narrows the bounds, where `left` requests, one
    /// after the other, are to narrow them: even steps through the time in which the server's
    /// second may turn.
    [[nodiscard]] time telling(time now, std::int64_t left) const;

private:
    bool known_ = false;
    duration ahead_least_{}; // the server's clock since 1970 less our steady one
    duration ahead_most_{};
    time heard_at_{};
};

} // namespace noteload::delivery
