#include "noteload/delivery/server_clock.hpp"

#include <algorithm>

namespace noteload::delivery {

namespace {

using duration = server_clock::duration;

constexpr duration second = std::chrono::seconds(1);

/// Clocks run apart, most of all while one of them is being set right: by 500 ppm at most.
duration drift(duration over) {
    return std::max(over, duration::zero()) / 2000;
}

} // namespace

void server_clock::heard(std::chrono::sys_seconds date, time left, time came) {
    const duration server = date.time_since_epoch();
    const auto least = server - came.time_since_epoch();
    const auto most = server + second - left.time_since_epoch();
    const auto drifted = drift(came - heard_at_);
    ahead_least_ -= drifted;
    ahead_most_ += drifted;
    // No overlap: the server's clock was set, or another server answers. The newest word counts.
    const bool agrees = known_ && least <= ahead_most_ && most >= ahead_least_;
    ahead_least_ = agrees ? std::max(ahead_least_, least) : least;
    ahead_most_ = agrees ? std::min(ahead_most_, most) : most;
    heard_at_ = came;
    known_ = true;
}

server_clock::time server_clock::latest(std::chrono::sys_seconds t) const {
    const time at(duration(t.time_since_epoch()) - ahead_least_);
    return at + drift(at - heard_at_);
}

server_clock::time server_clock::earliest(std::chrono::sys_seconds t) const {
    const time at(duration(t.time_since_epoch()) - ahead_most_);
    return at - drift(at - heard_at_);
}

server_clock::time server_clock::telling(time now, std::int64_t left) const {
    const auto width = unsure();
    const auto step = width / (left + 1);
    // The server's second turns once between `from` and `from + width`.
    const auto shown = now.time_since_epoch() + ahead_most_;
    auto from = now - shown % second;
    if (now - from > width) {
        from += second;
    }
    return std::max(now, from + step);
}

} // namespace noteload::delivery
