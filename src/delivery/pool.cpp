#include "pool.hpp"

#include "noteload/delivery/retry.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>

namespace noteload::delivery {

namespace asio = boost::asio;
using kind = verdict::kind;

namespace {

constexpr auto clock_look_every = std::chrono::seconds(10);

} // namespace

pool::pool(asio::io_context& on, const server& s, int concurrency, rate limit,
           std::chrono::seconds give_up_after, std::optional<std::uint32_t> seed, watcher& watch)
    : on_(on),
      server_(s),
      concurrency_(concurrency),
      watch_(watch),
      changed_(on),
      free_slot_(on),
      pace_(limit),
      breaker_({.failures = std::max(8, concurrency), .give_up_after = give_up_after},
               clock::now()),
      probe_request_(s.requests.get("/api/Organization/Current")),
      random_(seed ? *seed : std::random_device{}()) {
    for (int i = 0; i < concurrency_; ++i) {
        free_.push_back(channels_.emplace_back(s.open(on_)).get());
    }
}

task<bool> pool::pass(bool is_aside) {
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
        if (busy < concurrency_) {
            break;
        }
        asides_waiting_ += is_aside ? 1 : 0;
        co_await free_slot_.wait();
        asides_waiting_ -= is_aside ? 1 : 0;
    }
    if (std::exchange(told_quota_, false)) {
        watch_.tell("going_on", "quota", "");
    }
    pace_.sent(clock::now());
    ++in_flight_;
    co_return true;
}

task<attempt> pool::exchange(std::string_view request) {
    auto* over = free_.back();
    free_.pop_back();
    auto tried = co_await over->exchange(request);
    free_.push_back(over);
    --in_flight_;
    free_slot_.ring();
    notice_clock(tried.reply);
    co_return tried;
}

/// Times of notes are the server's; ours may differ by minutes.
void pool::notice_clock(const answer& reply) {
    const auto now = clock::now();
    if (reply.date.empty() || now < next_clock_look_) {
        return;
    }
    next_clock_look_ = now + clock_look_every;
    if (const auto theirs = read_http_date(reply.date)) {
        clock_ahead_ = *theirs - wall_clock::now();
    }
}

wall_clock::time_point pool::server_now() const {
    return wall_clock::now() + clock_ahead_;
}

task<> pool::back_off(int failures) {
    const auto until = clock::now() + backoff{}.wait(failures, random_());
    while (!stopping_ && clock::now() < until) {
        co_await changed_.wait(until);
    }
}

void pool::wait_for_quota(const verdict& v) {
    // Without a word from the server: long enough not to storm it, short against an hour.
    constexpr std::chrono::milliseconds shortest{250}; // whatever it says: it said no
    const std::chrono::milliseconds told = v.wait.value_or(std::chrono::seconds(10));
    const auto wait = std::max(told, shortest);
    const auto now = clock::now();
    if (!pace_.is_paused(now)) {
        breaker_.waited_for_quota(wait);
        told_quota_ = true;
        watch_.tell("paused", "quota",
                    fmt::format("the organisation's quota is spent; waiting {}",
                                duration_text(std::chrono::ceil<std::chrono::seconds>(wait))));
    }
    pace_.pause(now + wait);
}

void pool::after_failure(const verdict& v) {
    breaker_.bad(clock::now());
    if (breaker_.is_open() && !probing_ && !stopping_) {
        probing_ = true;
        watch_.tell("paused", "server_failing", v.words);
        asio::co_spawn(on_, probe_until_closed(), rethrow);
    }
}

/// One harmless read at growing intervals while the breaker is open.
task<> pool::probe_until_closed() {
    reads_ = server_.open(on_);
    while (breaker_.is_open() && !stopping_ && is_used()) {
        if (clock::now() < breaker_.probe_at()) {
            co_await changed_.wait(breaker_.probe_at());
            continue;
        }
        const auto tried = co_await reads_->exchange(probe_request_);
        const auto v = judge_read(tried, wall_clock::now());
        const auto now = clock::now();
        if (v.is == kind::stop) {
            halt({v.stop, v.words});
        } else if (v.is == kind::wait_and_send) {
            wait_for_quota(v);
        }
        breaker_.probed(v.is != kind::send_again, now);
        if (breaker_.must_give_up(now)) {
            const auto since =
                std::chrono::duration_cast<std::chrono::seconds>(breaker_.without_answer(now));
            halt({errc::unreachable,
                  fmt::format("{}: no good answer for {}", v.words, duration_text(since))});
        }
    }
    reads_.reset(); // its timer would keep the thread waiting
    probing_ = false;
    if (!stopping_ && !breaker_.is_open()) {
        watch_.tell("going_on", "server_failing", "");
    }
    changed_.ring();
}

void pool::halt(failure why) {
    if (!stopping_) {
        stopping_ = true;
        watch_.halt(why);
        ring_all();
    }
}

void pool::stop() {
    stopping_ = true;
    ring_all();
}

void pool::cut() {
    constexpr std::string_view why = "no answer within the grace period when stopping";
    for (auto& c : channels_) {
        c->cut(why);
    }
    if (reads_) {
        reads_->cut(why);
    }
}

/// Their timers would keep the thread waiting.
void pool::close_channels() {
    free_.clear();
    channels_.clear();
}

void pool::ring_all() {
    changed_.ring();
    free_slot_.ring();
}

void rethrow(const std::exception_ptr& e) {
    if (e) {
        std::rethrow_exception(e);
    }
}

} // namespace noteload::delivery
