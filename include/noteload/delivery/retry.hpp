#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "noteload/clock.hpp"

namespace noteload::delivery {

/// Exponential backoff with full jitter: a wait between nothing and a ceiling that doubles with
/// each try, so that many connections that failed together do not come back together.
struct backoff {
    std::chrono::milliseconds first{200};
    std::chrono::milliseconds longest{30'000};

    /// The wait before try `n + 1` (`n` from 1); `random` is uniform over 32 bits.
    [[nodiscard]] std::chrono::milliseconds wait(int n, std::uint64_t random) const {
        const auto doublings = std::clamp(n - 1, 0, 20);
        const auto ceiling = std::min(first * (std::int64_t{1} << doublings), longest);
        const auto share = static_cast<std::int64_t>(random & 0xFFFF'FFFF);
        return std::chrono::milliseconds(ceiling.count() * share / 0xFFFF'FFFF);
    }
};

/// How much of the run's sending may be sending again: good answers earn it, and a little comes
/// with time, so that a failing server is not stormed and no row waits for ever. A rule without a
/// clock.
class retry_budget {
public:
    using clock = steady_clock;

    /// A good answer: ten of them earn one more try.
    void earn() { saved_ = std::min(saved_ + 0.1, most); }
    /// When the next try again may be made; `now` if at once. It is taken from the budget.
    [[nodiscard]] clock::time_point take(clock::time_point now) {
        const std::chrono::duration<double> gone = now - filled_at_;
        saved_ = std::min(saved_ + std::max(gone.count(), 0.0) * a_second, most) - 1.0;
        filled_at_ = std::max(filled_at_, now);
        const std::chrono::duration<double> until_earned(std::max(-saved_, 0.0) / a_second);
        return now + std::chrono::ceil<clock::duration>(until_earned);
    }

    static constexpr double most = 32;    ///< at the beginning, and saved up at the most
    static constexpr double a_second = 1; ///< whatever the answers

private:
    double saved_ = most; // below zero: promised to those who wait
    clock::time_point filled_at_{};
};

} // namespace noteload::delivery
