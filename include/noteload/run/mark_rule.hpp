#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "noteload/clock.hpp"

namespace noteload::run {

/// How many rows may stand under a sending mark without an outcome: what a crash puts in doubt. A
/// rule without a clock.
///
/// Promised are the concurrency and what the run sends in 50 ms. Marks ahead of the sending save
/// the wait for the disk; 40 ms of them leave room for outcomes that are not with the kernel yet.
class mark_rule {
public:
    using time = steady_clock::time_point;

    explicit mark_rule(int concurrency) : concurrency_(static_cast<std::size_t>(concurrency)) {}

    void marked(std::size_t rows) { open_ += rows; }

    /// A marked row has its outcome.
    void settled(time now) {
        --open_;
        turn_to(now);
        ++counts_[newest_ % buckets];
    }

    /// A marked row waits in doubt, or behind a row in doubt: another limit holds for these.
    void set_aside() { --open_; }

    /// Rows that may be marked in addition.
    [[nodiscard]] std::size_t allowance(time now) {
        const auto limit = concurrency_ + ahead(now);
        return limit > open_ ? limit - open_ : 0;
    }

    /// Rows that the run sends in 40 ms, by what it settled in the last 400.
    [[nodiscard]] std::size_t ahead(time now) {
        turn_to(now);
        std::size_t sum = 0;
        for (const auto n : counts_) {
            sum += n;
        }
        return sum / buckets;
    }

    [[nodiscard]] std::size_t open() const noexcept { return open_; }

private:
    static constexpr std::size_t buckets = 10;
    static constexpr auto width = std::chrono::milliseconds(40);

    void turn_to(time now) {
        const auto bucket = static_cast<std::uint64_t>(now.time_since_epoch() / width);
        if (bucket <= newest_) {
            return;
        }
        const auto steps = std::min<std::uint64_t>(bucket - newest_, buckets);
        for (std::uint64_t i = 0; i < steps; ++i) {
            counts_[(bucket - i) % buckets] = 0;
        }
        newest_ = bucket;
    }

    std::size_t concurrency_;
    std::size_t open_ = 0;
    std::array<std::size_t, buckets> counts_{};
    std::uint64_t newest_ = 0;
};

} // namespace noteload::run
