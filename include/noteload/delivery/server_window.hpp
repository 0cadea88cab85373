#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "noteload/clock.hpp"
#include "noteload/delivery/quota_report.hpp"
#include "noteload/delivery/rate.hpp"
#include "noteload/delivery/server_clock.hpp"

namespace noteload::delivery {

/// A request that was let go. Numbers rise in the order of leaving.
struct ticket {
    std::uint64_t number = 0;
    steady_clock::time_point left{};
};

/// One of the server's windows, as its answers tell: so many requests until a time, then as many
/// again. A rule without a clock.
///
/// Answers come out of order and others spend from the same quota, so the reading that counts is
/// the lowest of the current window. It includes every request that has been answered; those in
/// flight it may include or not, and they are counted as if it did not. An answer to a request that
/// left after that reading had come is newer than it beyond doubt and replaces it, whatever it
/// says.
class server_window {
public:
    using time = server_clock::time;
    using duration = server_clock::duration;

    explicit server_window(std::string name) : name_(std::move(name)) {}

    /// `next` is the number of the next request to leave.
    void heard(const quota_reading& said, const ticket& of, std::uint64_t next, time came,
               std::chrono::sys_seconds server_now, const server_clock& c);
    /// Another process has read the same window, or the one after it.
    void heard_elsewhere(std::int64_t remaining, std::chrono::sys_seconds resets_at,
                         std::uint64_t next, time now);
    /// A request may have been counted, and no answer told.
    void lost(std::uint64_t next) { lost_.push_back(next); }
    /// Once the window is over the next one is taken to be whole, until an answer tells.
    void roll(time now, std::uint64_t next, const server_clock& c);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] bool has_reading() const { return known_; }
    /// Whether an answer of the current window has come.
    [[nodiscard]] bool is_confirmed() const { return confirmed_; }
    [[nodiscard]] std::int64_t limit() const { return limit_; }
    [[nodiscard]] std::int64_t remaining() const { return remaining_; }
    /// An hour until it is known.
    [[nodiscard]] duration length() const { return length_; }
    [[nodiscard]] bool knows_length() const { return length_is_told_ || length_is_learned_; }
    [[nodiscard]] std::int64_t lost_ones() const { return static_cast<std::int64_t>(lost_.size()); }
    /// What may leave now, with what is in flight counted and the reserve kept; may be negative.
    [[nodiscard]] std::int64_t free(std::int64_t in_flight, const quota_reserve& kept) const {
        return remaining_ - static_cast<std::int64_t>(lost_.size()) - in_flight -
               std::max(kept.of(limit_), others_meanwhile_);
    }
    /// When the next window has begun for sure; and the server's time for it.
    [[nodiscard]] time over(const server_clock& c) const;
    [[nodiscard]] std::chrono::sys_seconds resets_at() const { return resets_at_; }

private:
    void take(std::int64_t remaining, std::chrono::sys_seconds reset, std::uint64_t next);
    void watch_others(std::int64_t remaining, const ticket& of, time came, bool is_first);
    void learn_length(const quota_reading& said, std::chrono::sys_seconds reset);

    std::string name_;
    bool known_ = false;
    bool confirmed_ = false;
    std::int64_t limit_ = 1;
    std::int64_t remaining_ = 0;
    std::uint64_t read_before_ = 0; // requests from this number on left after the reading came
    std::chrono::sys_seconds resets_at_{};
    std::chrono::sys_seconds told_reset_{}; // the last that an answer told
    std::chrono::seconds length_ = std::chrono::hours(1);
    bool length_is_told_ = false;
    bool length_is_learned_ = false;
    // What others take: what is gone since the window's first reading, and was not ours.
    std::int64_t first_remaining_ = 0;
    std::int64_t ours_ = 0;
    time first_at_{};
    std::int64_t others_meanwhile_ = 0; // during two of our round trips

    time not_over_before_{};         // a server that is behind its own clock
    std::deque<std::uint64_t> lost_; // for each, the first request whose answer includes it
};

} // namespace noteload::delivery
