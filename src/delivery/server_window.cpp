#include "noteload/delivery/server_window.hpp"

#include <algorithm>
#include <cmath>

namespace noteload::delivery {

namespace {

using std::chrono::seconds;

} // namespace

void server_window::take(std::int64_t remaining, std::chrono::sys_seconds reset,
                         std::uint64_t next) {
    remaining_ = remaining;
    resets_at_ = reset;
    told_reset_ = reset;
    read_before_ = next;
    confirmed_ = true;
    known_ = true;
}

/// Without a reserve there has to be room for what others take before our next request arrives.
void server_window::watch_others(std::int64_t remaining, const ticket& of, time came,
                                 bool is_first) {
    if (is_first) {
        first_remaining_ = remaining;
        first_at_ = came;
        ours_ = 0;
        others_meanwhile_ = 0;
        return;
    }
    ++ours_;
    const auto gone =
        first_remaining_ - remaining_ - ours_ - static_cast<std::int64_t>(lost_.size());
    const auto watched = std::max<duration>(came - first_at_, std::chrono::milliseconds(1));
    const auto share = 2 * std::chrono::duration<double>(came - of.left) / watched;
    others_meanwhile_ =
        gone > 0 ? static_cast<std::int64_t>(std::ceil(static_cast<double>(gone) * share)) : 0;
}

/// Windows that follow one another without a gap are as long as their resets are apart.
void server_window::learn_length(const quota_reading& said, std::chrono::sys_seconds reset) {
    if (said.window) {
        length_ = *said.window;
        length_is_told_ = true;
    } else if (const auto apart = reset - told_reset_;
               known_ && !length_is_told_ && apart > seconds(0)) {
        length_ = length_is_learned_ ? std::min(length_, apart) : apart;
        length_is_learned_ = true;
    }
}

void server_window::heard(const quota_reading& said, const ticket& of, std::uint64_t next,
                          time came, std::chrono::sys_seconds server_now, const server_clock& c) {
    const bool newer_request = !known_ || of.number >= read_before_;
    const auto most = said.remaining.value_or(0);
    limit_ = said.limit.value_or(std::max(known_ ? limit_ : 1, most + 1));
    if (said.window) {
        learn_length(said, {});
    }
    // Where no reset is told, one is assumed for each window: readings that rise begin a new one.
    const bool begins = !known_ || !confirmed_ || (newer_request && most > remaining_);
    const auto reset = said.resets_at.value_or(begins ? server_now + length_ : resets_at_);
    // Seconds to go are rounded, so that the same reset may be told with small differences.
    const auto slack = std::min(seconds(2), length_ / 4);
    const bool later_window = known_ && reset > told_reset_ + slack;
    const bool same_window =
        known_ && confirmed_ && reset <= resets_at_ + slack && reset >= resets_at_ - slack;
    if (known_ && reset < told_reset_ - slack && !newer_request) {
        return; // an answer of a window that is over
    }
    if (later_window) {
        learn_length(said, reset);
    }
    const bool is_first = !known_ || !confirmed_ || later_window;
    if (newer_request || later_window) {
        take(most, same_window ? std::max(reset, resets_at_) : reset, next);
    } else if (same_window && most < remaining_) {
        take(most, std::max(reset, resets_at_), next);
    }
    watch_others(most, of, came, is_first);
    std::erase_if(lost_, [&](std::uint64_t n) { return n <= of.number; });
    // By its own word the window should be over, and is not.
    not_over_before_ = c.latest(resets_at_) <= came ? came + seconds(1) : time{};
}

void server_window::heard_elsewhere(std::int64_t remaining, std::chrono::sys_seconds resets_at,
                                    std::uint64_t next, time now) {
    const auto slack = std::min(seconds(2), length_ / 4);
    const bool is_later = resets_at > resets_at_ + slack;
    const bool is_same = !is_later && resets_at >= resets_at_ - slack;
    if (!known_ || (!is_later && !is_same)) {
        return;
    }
    const bool begins = is_later || !confirmed_;
    if (!begins && remaining >= remaining_) {
        return;
    }
    take(remaining, is_same ? std::max(resets_at, resets_at_) : resets_at, next);
    if (begins) {
        first_remaining_ = remaining;
        first_at_ = now;
        ours_ = 0;
        others_meanwhile_ = 0;
        lost_.clear();
    } else {
        first_remaining_ = ours_ + remaining; // those were no strangers
    }
}

server_window::time server_window::over(const server_clock& c) const {
    return std::max(c.latest(resets_at_), not_over_before_);
}

void server_window::roll(time now, std::uint64_t next, const server_clock& c) {
    if (!known_ || now < over(c)) {
        return;
    }
    const auto late = now - over(c);
    resets_at_ += length_ * (late / length_ + 1);
    not_over_before_ = {};
    remaining_ = limit_;
    read_before_ = next;
    confirmed_ = false;
    lost_.clear();
    others_meanwhile_ = 0; // of this window nothing is known, and to wait would not tell more
}

} // namespace noteload::delivery
