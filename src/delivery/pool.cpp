#include "pool.hpp"

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
constexpr auto long_lease_wait = std::chrono::seconds(3);

gate_rule::settings shared_if(bool is_shared, gate_rule::settings how) {
    how.quota.is_shared = is_shared;
    return how;
}

/// Among the processes of this machine.
std::uint64_t any_number() {
    std::random_device random;
    return (std::uint64_t{random()} << 32) | random();
}

} // namespace

pool::pool(asio::io_context& on, const server& s, const pool_options& o, watcher& watch)
    : on_(on),
      server_(s),
      concurrency_(o.gate.concurrency.at_most()),
      watch_(watch),
      changed_(on),
      free_slot_(on),
      shared_(s.budget_file),
      who_(shared_.is_open() ? any_number() : 0),
      gate_(shared_if(shared_.is_open(), o.gate), clock::now()),
      requests_(s.requests),
      threads_(o.threads),
      random_(o.seed ? *o.seed : std::random_device{}()) {
    for (const auto& h : o.heard) {
        gate_.heard(h);
        ++met_.requests[200]; // others end a run before it begins
    }
    for (int i = 0; i < concurrency_; ++i) {
        free_.push_back(channels_.emplace_back(threads_.open(on_, s)).get());
    }
}

/// New rows leave room for those aside, and let them go first where requests are paced: a doubt
/// that is settled late holds up its twins, and hours later nobody may know any more.
bool pool::has_slot(bool is_aside) const {
    if (is_aside) {
        return in_flight_ < gate_.concurrency();
    }
    return in_flight_ + asides_waiting_ < gate_.concurrency() && asides_paced_ == 0;
}

bool pool::pass_at_once(aim what, bool is_aside) {
    if (stopping_ || !has_slot(is_aside)) {
        return false;
    }
    const auto now = clock::now();
    if (next_departure(now, what).at > now) {
        return false;
    }
    passed_at_ = now;
    lease_since_.reset();
    if (std::exchange(told_quota_, false)) {
        watch_.tell("going_on", "quota", "");
    }
    ++in_flight_;
    return true;
}

task<bool> pool::pass(aim what, bool is_aside) {
    while (!stopping_) {
        if (pass_at_once(what, is_aside)) {
            co_return true;
        }
        if (!has_slot(is_aside)) {
            asides_waiting_ += is_aside ? 1 : 0;
            co_await free_slot_.wait();
            asides_waiting_ -= is_aside ? 1 : 0;
            continue;
        }
        const auto now = clock::now();
        const auto d = next_departure(now, what);
        if (d.at > now) {
            tell_of_quota(d, now);
            // What is asked may tell how a failing server is before another row is put at stake.
            auto& counted = d.why == hold::server ? asides_waiting_ : asides_paced_;
            counted += is_aside ? 1 : 0;
            co_await wait_for(d);
            counted -= is_aside ? 1 : 0;
            if (is_aside && asides_paced_ == 0) {
                free_slot_.ring();
            }
        }
    }
    co_return false;
}

departure pool::next_departure(clock::time_point now, aim what) {
    const auto d = gate_.next(now, what);
    if (d.why != hold::lease || d.at > now) {
        return d;
    }
    shared_.update([&](shared_budget& b) { gate_.quota().take_lease(b, who_, now); });
    return gate_.next(now, what);
}

/// Answers may show that it is sooner, but for a server that fails.
task<> pool::wait_for(departure d) {
    auto& rung = d.why == hold::server ? changed_ : free_slot_;
    co_await rung.wait(d.at);
}

void pool::tell_of_quota(departure d, clock::time_point now) {
    if (d.why == hold::lease) {
        tell_of_lease(now);
        return;
    }
    if (d.why != hold::quota || std::exchange(told_quota_, true)) {
        return;
    }
    const auto wait = std::chrono::ceil<std::chrono::seconds>(d.at - now);
    const auto quota = gate_.quota().tightest();
    const auto going_on = fmt::format("going on at {} (in {})", utc_text(wall_clock::now() + wait),
                                      duration_text(wait));
    if (gate_.quota().was_asked_to_wait(d.at)) {
        watch_.tell("paused", "quota",
                    "the server asks to wait (429, too many requests); " + going_on);
        return;
    }
    watch_.tell(
        "paused", "quota",
        quota ? fmt::format("{} of the organisation's {} requests are left, {} of them for "
                            "others; {}",
                            with_thousands(static_cast<std::uint64_t>(quota->remaining)),
                            with_thousands(static_cast<std::uint64_t>(quota->limit)),
                            with_thousands(static_cast<std::uint64_t>(quota->reserve)), going_on)
              : fmt::format("the organisation's quota is spent; {}", going_on));
}

/// Mostly there is one within a moment; told is a wait that lasts.
void pool::tell_of_lease(clock::time_point now) {
    lease_since_ = lease_since_.value_or(now);
    if (now - *lease_since_ >= long_lease_wait && !std::exchange(told_quota_, true)) {
        watch_.tell(
            "paused", "quota",
            "what the organisation's quota has left is taken by other runs on this machine, "
            "or was by earlier ones; going on as soon as there is more");
    }
}

/// Every request that leaves is counted, whatever asks.
void pool::ended(const ticket& pass, std::string_view request, attempt& a) {
    count(met_, a);
    a.left = pass.left;
    a.ended_at = wall_clock::now();
    a.has_new_token = a.what == trouble::none && a.reply.status == 401 && has_new_token(request);
    const auto before = gate_.concurrency();
    const auto date = dates_.read(a.reply.date);
    gate_.ended(pass, a, read_quota(a.reply, date, a.ended_at), a.ended);
    if (a.what == trouble::none && a.reply.status < 400) {
        budget_.earn();
    }
    if (gate_.concurrency() > before) {
        changed_.ring();
    }
    notice_clock(date, a.ended);
}

task<> pool::exchange(aim what, std::string_view request, attempt& into) {
    auto* over = free_.back();
    free_.pop_back();
    const auto pass = gate_.leave(passed_at_, what);
    co_await over->exchange(request, into);
    ended(pass, request, into);
    free_.push_back(over);
    --in_flight_;
    free_slot_.ring();
}

/// Of a request that was answered 401: whether there is another token than the one that it carries.
/// The token's place is looked at once for each token that is refused.
bool pool::has_new_token(std::string_view refused) {
    if (!requests_.is_up_to_date(refused)) {
        return true; // another one of those in flight has found it
    }
    if (!server_.token_again) {
        return false;
    }
    const auto token = server_.token_again();
    if (!token || !requests_.change_token(*token)) {
        return false;
    }
    ++met_.tokens_replaced;
    watch_.tell("token_replaced", "",
                "the server refused the token (401), and its file has another");
    return true;
}

/// Times of notes are the server's; ours may differ by minutes, and may be set meanwhile.
void pool::notice_clock(std::optional<wall_clock::time_point> theirs, clock::time_point now) {
    if (theirs && now >= next_clock_look_) {
        next_clock_look_ = now + clock_look_every;
        server_epoch_ = *theirs - now.time_since_epoch();
    }
}

std::optional<wall_clock::time_point> pool::server_time(clock::time_point at) const {
    if (!server_epoch_) {
        return std::nullopt;
    }
    return *server_epoch_ + at.time_since_epoch();
}

task<> pool::back_off(int failures) {
    const auto now = clock::now();
    const auto until = std::max(now + backoff{}.wait(failures, random_()), budget_.take(now));
    while (!stopping_ && clock::now() < until) {
        co_await changed_.wait(until);
    }
}

void pool::after_success(aim what, const attempt& a) {
    const bool was_closed = breaker_.is_closed();
    breaker_.good(what, a.left, a.ended);
    going_on_if(!was_closed && breaker_.is_closed(), "");
}

void pool::turned_out_good(clock::time_point left) {
    const bool was_closed = breaker_.is_closed();
    breaker_.turned_out_good(left, clock::now());
    going_on_if(!was_closed && breaker_.is_closed(),
                "the server acts on the requests, but its answers cannot be read: something "
                "between may change them");
}

void pool::going_on_if(bool has_closed, std::string words) {
    if (has_closed) {
        told_failing_ = false;
        watch_.tell("going_on", "server_failing", std::move(words));
        changed_.ring();
    }
}

void pool::after_failure(aim what, const attempt& a, const std::string& words, bool is_unreadable) {
    breaker_.bad(what, a.left, a.ended, is_unreadable);
    last_failure_ = words;
    if (!breaker_.is_open() || probing_ || stopping_) {
        return;
    }
    if (!std::exchange(told_failing_, true)) {
        watch_.tell("paused", "server_failing", words);
    }
    probing_ = true;
    asio::co_spawn(on_, probe_until_good(), rethrow);
}

task<> pool::probe(attempt& into) {
    const auto request = requests_.get("/api/Organization/Current");
    reads_ = threads_.open(on_, server_);
    const auto pass = gate_.leave(clock::now(), aim::probe);
    co_await reads_->exchange(request, into);
    ended(pass, request, into);
    reads_.reset();    // its timer would keep the thread waiting
    free_slot_.ring(); // who waits for answers waits for this one too
}

/// One harmless read at growing intervals while the breaker is open.
task<> pool::probe_until_good() {
    while (breaker_.is_open() && !stopping_ && is_used()) {
        const auto before = clock::now();
        const auto d = next_departure(before, aim::probe);
        if (d.at > before) {
            tell_of_quota(d, before);
            co_await changed_.wait(d.at);
            continue;
        }
        attempt tried;
        co_await probe(tried);
        const auto v = judge_read(tried, tried.ended_at);
        const auto now = clock::now();
        if (v.is == kind::stop) {
            halt({v.stop, v.words});
        }
        breaker_.probed(v.is != kind::send_again, now);
        if (v.is == kind::send_again) {
            last_failure_ = v.words;
        }
        if (breaker_.must_give_up(now)) {
            const auto since =
                std::chrono::duration_cast<std::chrono::seconds>(breaker_.without_answer(now));
            halt({errc::unreachable,
                  fmt::format("{}: no good answer for {}", last_failure_, duration_text(since))});
        }
    }
    probing_ = false;
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
    if (shared_.is_open()) {
        shared_.update(
            [this](shared_budget& b) { gate_.quota().give_back_lease(b, who_, clock::now()); });
    }
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
