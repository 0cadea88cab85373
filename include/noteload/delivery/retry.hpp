#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

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

} // namespace noteload::delivery
