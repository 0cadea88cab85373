#include "noteload/delivery/sender.hpp"

#include "noteload/delivery/bell.hpp"
#include "noteload/delivery/firewall_watch.hpp"
#include "noteload/delivery/retry.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

#include <deque>
#include <exception>
#include <random>
#include <vector>

namespace noteload::delivery {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;
using kind = verdict::kind;

namespace {

/// A failed coroutine is a bug of ours: it ends the program through `io_context::run`.
void rethrow(const std::exception_ptr& e) {
    if (e) {
        std::rethrow_exception(e);
    }
}

fault why_not(const verdict& v) {
    return {v.why, v.words};
}

} // namespace

struct sender::impl {
    impl(asio::io_context& on, const server& s, sender_options o, work& from)
        : on_(on),
          server_(s),
          options_(o),
          work_(from),
          changed_(on),
          pace_(o.limit),
          breaker_({.failures = std::max(8, o.concurrency), .give_up_after = o.give_up_after},
                   clock::now()),
          firewall_(static_cast<std::size_t>(std::max(3, o.concurrency))),
          probe_request_(s.requests.get("/api/Organization/Current")) {}

    task<> run();
    task<> worker();
    task<> deliver(connection& over, parcel p);
    task<bool> pass();
    task<> back_off(int failures);
    task<> probe_until_closed();
    task<> settle_held_at_the_end();

    void after(const verdict& v);
    void wait_for_quota(const verdict& v);
    void settle_held(bool as_refused);
    void give_back(const parcel& p, delivered d, std::string detail);
    void halt(failure why);

    asio::io_context& on_;
    const server& server_;
    sender_options options_;
    work& work_;
    bell changed_; // rung when a wait may be over: stop, a closed breaker, a finished worker
    pace pace_;
    breaker breaker_;
    firewall_watch firewall_;
    std::vector<std::pair<parcel, delivered>> held_; // what a firewall forbade
    std::string probe_request_;
    std::deque<connection> connections_;
    std::mt19937 random_{std::random_device{}()};
    int workers_ = 0;
    int in_flight_ = 0;
    bool probing_ = false;
    bool stopping_ = false;
    bool told_quota_ = false;
};

void sender::impl::halt(failure why) {
    if (!stopping_) {
        stopping_ = true;
        work_.halt(why);
        changed_.ring();
    }
}

void sender::impl::give_back(const parcel& p, delivered d, std::string detail) {
    d.what = outcome::not_attempted;
    d.why = fault{reason::stopped, std::move(detail)};
    work_.settle(p, std::move(d));
}

/// Waits until a request may leave; false when the run is stopping.
task<bool> sender::impl::pass() {
    for (;;) {
        if (stopping_) {
            co_return false;
        }
        const auto now = clock::now();
        const auto at = breaker_.is_open() ? clock::time_point::max() : pace_.next(now);
        if (at <= now) {
            if (std::exchange(told_quota_, false)) {
                work_.tell("going_on", "quota", "");
            }
            pace_.sent(now);
            co_return true;
        }
        co_await changed_.wait(at);
    }
}

task<> sender::impl::back_off(int failures) {
    const auto until = clock::now() + backoff{}.wait(failures, random_());
    while (!stopping_ && clock::now() < until) {
        co_await changed_.wait(until);
    }
}

void sender::impl::wait_for_quota(const verdict& v) {
    // Without a word from the server: long enough not to storm it, short against an hour.
    const auto wait = v.wait.value_or(std::chrono::seconds(10));
    const auto now = clock::now();
    if (!pace_.is_paused(now)) {
        breaker_.waited_for_quota(wait);
        told_quota_ = true;
        work_.tell(
            "paused", "quota",
            fmt::format("the organisation's quota is spent; waiting {}", duration_text(wait)));
    }
    pace_.pause(now + wait);
}

/// What an answer says about the server's health, and about rows held for a firewall.
void sender::impl::after(const verdict& v) {
    const auto now = clock::now();
    if (v.is == kind::in_doubt || v.is == kind::send_again) {
        breaker_.bad(now);
        if (breaker_.is_open() && !probing_ && !stopping_) {
            probing_ = true;
            work_.tell("paused", "server_failing", v.words);
            asio::co_spawn(on_, probe_until_closed(), rethrow);
        }
    } else if (v.is != kind::stop) {
        breaker_.good(now);
    }
    if (v.is == kind::created && firewall_.created() == firewall_watch::conclusion::refuse_held) {
        settle_held(true);
    }
}

void sender::impl::settle_held(bool as_refused) {
    for (auto& [p, d] : std::exchange(held_, {})) {
        if (as_refused) {
            d.what = outcome::refused;
            work_.settle(p, std::move(d));
        } else {
            give_back(p, std::move(d), "a firewall before the API forbids the requests");
        }
    }
}

task<> sender::impl::deliver(connection& over, parcel p) {
    delivered d;
    std::string request;
    for (int failures = 0;;) {
        const bool may_leave = co_await pass();
        if (!may_leave) {
            give_back(p, std::move(d), "the run ended before its turn");
            co_return;
        }
        server_.requests.create_note(request, p.body);
        ++in_flight_;
        auto tried = co_await over.exchange(request);
        --in_flight_;
        const auto v = judge(tried, std::chrono::system_clock::now());
        d.attempts += v.is == kind::wait_and_send ? 0 : 1;
        d.status = tried.reply.status;
        d.took = tried.took;
        d.response = std::move(tried.reply.body);
        after(v);
        switch (v.is) {
            case kind::created:
                d.what = outcome::created;
                d.note_id = v.note_id;
                work_.settle(p, std::move(d));
                co_return;
            case kind::refused:
            case kind::in_doubt:
                d.what = v.is == kind::refused ? outcome::refused : outcome::in_doubt;
                d.why = why_not(v);
                work_.settle(p, std::move(d));
                co_return;
            case kind::send_again:
                co_await back_off(++failures);
                break;
            case kind::wait_and_send:
                wait_for_quota(v);
                break;
            case kind::firewall:
                d.why = fault{reason::firewall, v.words};
                held_.emplace_back(std::move(p), std::move(d));
                if (firewall_.forbidden() == firewall_watch::conclusion::stop) {
                    halt({errc::permission,
                          fmt::format("{}: a firewall before the API forbids the requests; ask "
                                      "its keeper, or the API's support",
                                      v.words)});
                }
                co_return;
            case kind::stop:
                halt({v.stop, v.words});
                give_back(p, std::move(d), v.words);
                co_return;
        }
    }
}

/// One harmless read at growing intervals while the breaker is open.
task<> sender::impl::probe_until_closed() {
    connection over(on_, server_.at, server_.trust, server_.timeout);
    while (breaker_.is_open() && !stopping_ && workers_ > 0) {
        if (clock::now() < breaker_.probe_at()) {
            co_await changed_.wait(breaker_.probe_at());
            continue;
        }
        const auto tried = co_await over.exchange(probe_request_);
        const auto v = judge_read(tried, std::chrono::system_clock::now());
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
    probing_ = false;
    if (!stopping_ && !breaker_.is_open()) {
        work_.tell("going_on", "server_failing", "");
    }
    changed_.ring();
}

task<> sender::impl::worker() {
    auto& over = connections_.emplace_back(on_, server_.at, server_.trust, server_.timeout);
    for (;;) {
        auto p = co_await work_.next();
        if (!p) {
            break;
        }
        co_await deliver(over, std::move(*p));
    }
    --workers_;
    changed_.ring();
}

task<> sender::impl::settle_held_at_the_end() {
    if (!stopping_) {
        connection over(on_, server_.at, server_.trust, server_.timeout);
        const auto tried = co_await over.exchange(probe_request_);
        const bool good = judge_read(tried, std::chrono::system_clock::now()).is == kind::created;
        if (firewall_.at_the_end(good) == firewall_watch::conclusion::refuse_held) {
            settle_held(true);
            co_return;
        }
        halt({errc::permission, fmt::format("{}: a firewall before the API forbids the requests; "
                                            "ask its keeper, or the API's support",
                                            held_.front().second.why->detail)});
    }
    settle_held(false);
}

task<> sender::impl::run() {
    workers_ = options_.concurrency;
    for (int i = 0; i < options_.concurrency; ++i) {
        asio::co_spawn(on_, worker(), rethrow);
    }
    while (workers_ > 0 || probing_) {
        co_await changed_.wait();
    }
    connections_.clear(); // their timers would keep the thread waiting
    if (!held_.empty()) {
        co_await settle_held_at_the_end();
    }
}

sender::sender(asio::io_context& on, const server& s, sender_options options, work& from)
    : impl_(std::make_unique<impl>(on, s, options, from)) {}

sender::~sender() = default;

task<> sender::run() {
    return impl_->run();
}

void sender::stop() {
    impl_->stopping_ = true;
    impl_->changed_.ring();
}

void sender::cut() {
    for (auto& c : impl_->connections_) {
        c.cut("no answer within the grace period when stopping");
    }
}

int sender::in_flight() const noexcept {
    return impl_->in_flight_;
}

} // namespace noteload::delivery
