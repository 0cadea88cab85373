// The gate that every request goes through, and the channels behind it.

#include "sender_impl.hpp"

namespace noteload::delivery {

namespace {

constexpr auto clock_look_every = std::chrono::seconds(10);

} // namespace

/// Waits until a request may leave; then one of the channels is the caller's until `exchange`
/// has ended. False, and nothing is held, when the run is stopping.
task<bool> sender::impl::pass(bool is_aside) {
    for (;;) {
        if (stopping_) {
            co_return false;
        }
        const auto now = clock::now();
        const auto at = breaker_.is_open() ? clock::time_point::max() : pace_.next(now);
        if (at > now) {
            co_await changed_.wait(at);
            continue;
        }
        // New rows leave room for those aside: a doubt that is settled late holds up its twins.
        const auto busy = in_flight_ + (is_aside ? 0 : asides_waiting_);
        if (busy < options_.concurrency) {
            break;
        }
        asides_waiting_ += is_aside ? 1 : 0;
        co_await free_slot_.wait();
        asides_waiting_ -= is_aside ? 1 : 0;
    }
    if (std::exchange(told_quota_, false)) {
        work_.tell("going_on", "quota", "");
    }
    pace_.sent(clock::now());
    ++in_flight_;
    co_return true;
}

task<attempt> sender::impl::exchange(std::string_view request) {
    auto* over = free_.back();
    free_.pop_back();
    auto tried = co_await over->exchange(request);
    free_.push_back(over);
    --in_flight_;
    free_slot_.ring();
    notice_clock(tried.reply);
    co_return tried;
}

/// Times of notes are the server's; ours may differ by minutes, and may be set meanwhile.
void sender::impl::notice_clock(const answer& reply) {
    const auto now = clock::now();
    if (reply.date.empty() || now < next_clock_look_) {
        return;
    }
    next_clock_look_ = now + clock_look_every;
    if (const auto theirs = read_http_date(reply.date)) {
        server_epoch_ = *theirs - now.time_since_epoch();
    }
}

/// No note of a request that leaves now can be older, by the server's clock.
wall_clock::time_point sender::impl::oldest_of_now() const {
    const auto server_now =
        server_epoch_ ? *server_epoch_ + clock::now().time_since_epoch() : options_.server_started;
    return server_now - clock_slack;
}

} // namespace noteload::delivery
