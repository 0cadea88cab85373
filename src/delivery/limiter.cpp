#include "noteload/delivery/limiter.hpp"

#include "noteload/delivery/shared_budget.hpp"

#include <algorithm>
#include <limits>

namespace noteload::delivery {

namespace {

using std::chrono::seconds;

constexpr auto never = limiter::time::max();

// Whatever Retry-After says, it said no.
constexpr auto shortest_pause = std::chrono::milliseconds(250);
// A 429 without a word: long enough not to storm the server, short against an hour.
constexpr auto first_pause = seconds(10);
constexpr auto longest_unasked_pause = std::chrono::minutes(5);
constexpr auto longest_pause = std::chrono::hours(24);

// The last requests of a short window are timed so that their answers tell the server's clock.
constexpr std::int64_t telling_requests = 16;
constexpr int unsure_part = 150; // of the window: two thirds of a per cent are well enough known

// A lease is so small that little is lost with a process, and that windows end full: it is a part
// of what is left, and no more than what a process that is fast sends in a moment.
constexpr std::int64_t longest_lease = 200;
constexpr std::int64_t lease_part = 8;
constexpr auto lease_time = seconds(1);
constexpr auto lease_pause = std::chrono::milliseconds(100); // where others have all out

} // namespace

void limiter::consider(departure& best, time at, hold why) const {
    if (at > best.at) {
        best = {at, why};
    }
}

/// How many requests may be under way at once while it is not known how things stand.
std::int64_t limiter::most_in_flight() const {
    if (careful_before_ != 0) {
        return 1;
    }
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
    for (const auto& w : windows_) {
        if (!w.is_confirmed()) {
            // Others may have begun the new window before us.
            const auto part = how_.pace == pacing::even ? 0 : w.limit() / 10;
            most = std::min(most, std::max<std::int64_t>(1, part));
        }
    }
    return most;
}

void limiter::consider_window(departure& best, server_window& w, time now) const {
    const auto free = w.free(in_flight_, how_.reserve);
    const auto over = w.over(clock_);
    if (free <= 0) {
        consider(best, over, free + in_flight_ > 0 ? hold::answers : hold::quota);
        return;
    }
    const bool is_last =
        free <= std::min(telling_requests, std::max<std::int64_t>(1, w.limit() / 4));
    const auto length = w.knows_length() ? w.length() : std::min(w.length(), over - now);
    const auto good_enough = length / unsure_part;
    if (how_.pace == pacing::even || !is_last || clock_.unsure() <= good_enough) {
        return;
    }
    // Nothing is lost by waiting: all of them leave before the window ends.
    const auto at = clock_.telling(now, free);
    if (at + length / 10 < clock_.earliest(w.resets_at())) {
        if (in_flight_ > 0) {
            consider(best, never, hold::answers);
        } else {
            consider(best, at, hold::rate);
        }
    }
}

void limiter::consider_assumed(departure& best, time now) {
    while (!spent_.empty() && spent_.front() + assumed_length_ <= now) {
        spent_.pop_front();
    }
    const auto allowed = assumed_ - how_.reserve.of(assumed_);
    if (static_cast<std::int64_t>(spent_.size()) + in_flight_ < allowed) {
        return;
    }
    if (spent_.empty()) {
        consider(best, never, hold::answers);
    } else {
        consider(best, spent_.front() + assumed_length_, hold::quota);
    }
}

departure limiter::next(time now) {
    departure best{now, hold::nothing};
    for (auto& w : windows_) {
        w.roll(now, next_number_, clock_);
        consider_window(best, w, now);
    }
    if (assumes()) {
        consider_assumed(best, now);
    }
    consider(best, paused_until_, hold::quota);
    consider(best, next_slot_, hold::rate);
    if (how_.pace == pacing::even && next_number_ > 1) {
        consider(best, even_slot(), hold::rate);
    }
    if (in_flight_ >= most_in_flight() && best.at <= now) {
        return {never, hold::answers};
    }
    if (needs_lease(now) && best.at <= now) {
        return {std::max(next_lease_look_, now), hold::lease};
    }
    return best;
}

/// What was left of the window when the last request left, in as many parts as may still follow.
limiter::time limiter::even_slot() const {
    duration step{};
    if (assumes()) {
        step = assumed_length_ / std::max<std::int64_t>(1, assumed_ - how_.reserve.of(assumed_));
    }
    for (const auto& w : windows_) {
        if (!w.is_confirmed()) {
            continue; // the first answer tells how long it is
        }
        const auto left = std::clamp(w.over(clock_) - last_left_, duration::zero(), w.length());
        step = std::max(step,
                        left / (std::max<std::int64_t>(0, w.free(in_flight_, how_.reserve)) + 1));
    }
    return last_left_ + step;
}

ticket limiter::leave(time now) {
    if (how_.rate.requests != 0) {
        const auto step = std::chrono::duration_cast<duration>(how_.rate.per) / how_.rate.requests;
        next_slot_ = std::max(now, next_slot_) + step;
    }
    last_left_ = now;
    lease_ = std::max<std::int64_t>(0, lease_ - 1);
    ++in_flight_;
    return {next_number_++, now};
}

void limiter::withdrawn(const ticket&) {
    --in_flight_;
}

bool limiter::needs_lease(time now) const {
    return how_.is_shared && (lease_ == 0 || now >= lease_until_);
}

/// What may leave now by all windows, when others have so many out.
std::int64_t limiter::free_of_all(std::int64_t others) const {
    auto free = lease_part * longest_lease;
    for (const auto& w : windows_) {
        free = std::min(free, w.free(in_flight_, how_.reserve) - others);
    }
    if (assumes()) {
        const auto spent = static_cast<std::int64_t>(spent_.size()) + others_spent_;
        free = std::min(free, assumed_ - how_.reserve.of(assumed_) - spent - in_flight_ - others);
    }
    return free;
}

void limiter::take_lease(shared_budget& with, std::uint64_t who, time now) {
    for (auto& w : windows_) {
        w.roll(now, next_number_, clock_);
        if (const auto* theirs = with.find(w.name())) {
            w.heard_elsewhere(theirs->remaining,
                              std::chrono::sys_seconds(seconds(theirs->resets_at)), next_number_,
                              now);
        }
    }
    others_spent_ = with.spent_by_others(who, now);
    // Used up before its time: a larger one. Else it would keep from others what we do not need.
    lease_size_ = now < lease_until_ ? std::min(lease_size_ * 2, longest_lease)
                                     : std::max<std::int64_t>(1, lease_size_ / 2);
    const auto free = free_of_all(with.out_of_others(who, now));
    lease_ = std::clamp<std::int64_t>((free + lease_part - 1) / lease_part, 0, lease_size_);
    lease_until_ = now + lease_time;
    next_lease_look_ = now + (lease_ == 0 ? lease_pause : duration::zero());
    tell_others(with, who, now);
}

void limiter::give_back_lease(shared_budget& with, std::uint64_t who, time now) {
    lease_ = 0;
    tell_others(with, who, now);
}

void limiter::tell_others(shared_budget& with, std::uint64_t who, time now) const {
    std::int64_t lost = 0;
    for (const auto& w : windows_) {
        lost = std::max(lost, w.lost_ones());
        if (w.is_confirmed()) {
            with.put({w.name(), w.resets_at().time_since_epoch().count(), w.remaining()});
        }
    }
    with.put({.who = who,
              .at_ms = 0,
              .out = in_flight_ + lease_ + lost,
              .spent = assumes() ? static_cast<std::int64_t>(spent_.size()) : 0},
             now);
}

void limiter::spent_unseen(time now) {
    if (knows_windows()) {
        for (auto& w : windows_) {
            w.lost(next_number_);
        }
    } else if (assumes()) {
        spent_.push_back(now);
    }
}

void limiter::lost(const ticket&, time now) {
    --in_flight_;
    spent_unseen(now);
}

void limiter::answered(const ticket& of, const quota_report& said, time now) {
    --in_flight_;
    clock_.heard(said.date, of.left, now);
    bool told = false;
    for (const auto& reading : said.readings) {
        if (!reading.remaining && !said.refused) {
            if (reading.limit && !knows_windows()) {
                assumed_ = *reading.limit;
                assumed_length_ = reading.window.value_or(assumed_window);
            }
            continue;
        }
        auto w = std::find_if(windows_.begin(), windows_.end(),
                              [&](const server_window& o) { return o.name() == reading.name; });
        if (w == windows_.end()) {
            w = windows_.insert(windows_.end(), server_window(reading.name));
            spent_.clear();
        }
        w->heard(reading, of, next_number_, now, said.date, clock_);
        told = true;
    }
    if (said.refused) {
        refused(said, now);
        return;
    }
    if (!told) {
        spent_unseen(now);
    }
    refusals_ = 0;
    if (of.number >= careful_before_) {
        careful_before_ = 0;
    }
}

void limiter::refused(const quota_report& said, time now) {
    ++refusals_;
    careful_before_ = next_number_;
    // Where a window is spent, its end is known better than Retry-After tells it: that is rounded.
    time over{};
    for (const auto& w : windows_) {
        if (w.is_confirmed() && w.remaining() == 0) {
            over = std::max(over, w.over(clock_));
        }
    }
    const duration unasked =
        std::min<duration>(first_pause * (1 << std::min(refusals_ - 1, 5)), longest_unasked_pause);
    const duration asked = said.retry_after
                               ? duration(std::min<seconds>(*said.retry_after, longest_pause))
                           : over > now ? duration::zero()
                                        : unasked;
    const bool is_window_end = over > now && now + asked <= over + std::chrono::milliseconds(1500);
    if (!is_window_end) {
        paused_until_ =
            std::max<time>(paused_until_, now + std::max<duration>(asked, shortest_pause));
    }
}

std::optional<limiter::state> limiter::tightest() const {
    std::optional<state> best;
    for (const auto& w : windows_) {
        if (!best || w.remaining() < best->remaining) {
            best = state{w.limit(), w.remaining(), how_.reserve.of(w.limit()), w.resets_at()};
        }
    }
    return best;
}

} // namespace noteload::delivery
