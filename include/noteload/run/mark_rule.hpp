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
    using duration = steady_clock::duration;

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

    /// A mark was on disk so long after it was asked for.
    void durable_after(duration took) { took_ += (std::min<duration>(took, width) - took_) / 4; }

    /// A mark a row would be a sync a row: while nobody waits for one, a mark is worth its sync
    /// once it covers so many rows. What is left of the lead then lasts twice as long as marks took
    /// lately.
    [[nodiscard]] std::size_t worth_a_mark(time now) {
        const auto lead = ahead(now);
        const auto kept = std::clamp<duration>(2 * took_, width / 10, width * 3 / 4);
        return std::max<std::size_t>(1, lead * static_cast<std::size_t>((width - kept) / us) /
                                            static_cast<std::size_t>(width / us));
    }

    [[nodiscard]] std::size_t open() const noexcept { return open_; }

private:
    static constexpr std::size_t buckets = 10;
    static constexpr auto width = std::chrono::milliseconds(40);
    static constexpr duration us = std::chrono::microseconds(1);

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
    duration took_ = width / 4; // until it is known
    std::array<std::size_t, buckets> counts_{};
    std::uint64_t newest_ = 0;
};

} // namespace noteload::run
