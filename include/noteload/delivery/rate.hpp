#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace noteload::delivery {

/// Requests in a time, as `--rate` says it: `5/s`, `100/min`, `1500/h`. Zero requests: no limit.
struct rate {
    std::uint32_t requests = 0;
    std::chrono::seconds per{1};

    friend bool operator==(const rate&, const rate&) = default;
};

/// What is left of each of the server's windows for other integrations, as `--reserve` says it.
struct quota_reserve {
    std::uint64_t amount = 10;
    bool is_percent = true; ///< of the window's limit, rounded up; below 100

    /// In requests. Always less than the limit: a run that may send nothing would never end.
    [[nodiscard]] std::int64_t of(std::int64_t limit) const {
        const auto most = std::max<std::int64_t>(limit - 1, 0);
        const auto n = static_cast<std::int64_t>(std::min<std::uint64_t>(amount, 1'000'000'000));
        return std::min(is_percent ? (limit / 100) * n + ((limit % 100) * n + 99) / 100 : n, most);
    }

    friend bool operator==(const quota_reserve&, const quota_reserve&) = default;
};

/// How a window's requests lie in it, as `--pace` says it.
enum class pacing : std::uint8_t {
    fast, ///< as fast as the connections allow until the reserve is reached: ends soonest
    even, ///< spread over the window: leaves room between for others
};

} // namespace noteload::delivery
