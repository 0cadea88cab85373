#pragma once

#include <algorithm>
#include <chrono>

#include "noteload/delivery/rate.hpp"

#include "noteload/clock.hpp"

namespace noteload::delivery {

/// When the next request may leave: `--rate` spread evenly, and pauses that the server asked for.
/// A rule without a clock.
class pace {
public:
    using clock = steady_clock;
    using time = clock::time_point;

    explicit pace(rate limit) : limit_(limit) {}

    /// The earliest moment for the next request; `now` if it may leave at once.
    [[nodiscard]] time next(time now) const {
        return std::max({now, paused_until_, limit_.requests == 0 ? now : next_slot_});
    }

    /// A request leaves now.
    void sent(time now) {
        if (limit_.requests != 0) {
            const auto step =
                std::chrono::duration_cast<clock::duration>(limit_.per) / limit_.requests;
            next_slot_ = std::max(now, next_slot_) + step;
        }
    }

    /// 429: nothing leaves before `until`. The longest pause holds.
    void pause(time until) { paused_until_ = std::max(paused_until_, until); }
    [[nodiscard]] bool is_paused(time now) const { return paused_until_ > now; }

private:
    rate limit_;
    time next_slot_{};
    time paused_until_{};
};

} // namespace noteload::delivery
