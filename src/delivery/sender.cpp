#include "sender_impl.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>

namespace noteload::delivery {

namespace asio = boost::asio;
using kind = verdict::kind;

namespace {

// The first ones are to be witnesses; a server that answers each with the same id has no more.
constexpr int first_note_looks = 4 * enough_witnesses;
constexpr auto note_look_every = std::chrono::seconds(10);
constexpr std::size_t most_asides = 1000; // promised: a crash puts no more of them in doubt

pool_options pool_options_of(const sender_options& o) {
    return {.gate = {.quota = {.rate = o.limit, .reserve = o.reserve, .pace = o.pace},
                     .concurrency = {.fixed = o.concurrency},
                     .give_up_after = o.give_up_after},
            .threads = o.threads,
            .heard = o.heard,
            .seed = o.seed};
}

} // namespace

sender::impl::impl(asio::io_context& on, const server& s, sender_options o, work& from)
    : pool(on, s, pool_options_of(o), from),
      options_(std::move(o)),
      work_(from),
      asides_rung_(on),
      firewall_(static_cast<std::size_t>(std::max(3, concurrency_))),
      desk_(options_.verify_window),
      claimed_(std::move(options_.claimed)) {}

bool sender::impl::is_used() const {
    return workers_ + askers_ > 0;
}

void sender::impl::ring_all() {
    pool::ring_all();
    asides_rung_.ring();
}

void sender::impl::give_back(aside a, std::string detail, reason why) {
    if (a.maybe_sent) {
        // Asking had told that it was not there; a resumed run asks once more before it sends.
        settle_in_doubt(std::move(a), detail);
        return;
    }
    a.so_far.what = outcome::not_attempted;
    a.so_far.why = fault{why, std::move(detail)};
    work_.settle(a.what, std::move(a.so_far));
}

void sender::impl::settle_in_doubt(aside a, const std::string& more) {
    a.so_far.what = outcome::in_doubt;
    if (!more.empty()) {
        a.so_far.why->detail += "; " + more;
    }
    work_.settle(a.what, std::move(a.so_far));
}

void sender::impl::settle_created(aside a, std::int64_t note_id) {
    if (claimed_.insert(note_id)) {
        recent_.add(a.what.contact_id, note_id);
    } else {
        ++met_.repeated_ids;
    }
    a.so_far.what = outcome::created;
    a.so_far.note_id = note_id;
    if (a.maybe_sent && options_.in_doubt == doubt_policy::resend) {
        a.so_far.why->detail += "; sent again without asking: it may be on the server twice";
    } else {
        a.so_far.why.reset();
    }
    work_.settle(a.what, std::move(a.so_far));
}

/// A server that answers at length, or in JSON that tells no id, works: what becomes of the row is
/// another question.
bool sender::impl::is_well(const attempt& a) {
    return a.what == trouble::too_long ||
           (a.what == trouble::none && a.reply.status == 200 && is_json(a.reply.body));
}

/// What an answer says about the server's health, and about rows held for a firewall, of which
/// `forbidden_then` had been forbidden when its request left.
void sender::impl::after(const attempt& a, const verdict& v, std::uint64_t forbidden_then) {
    const bool may_fail = v.is == kind::in_doubt || v.is == kind::send_again;
    if (may_fail && !is_well(a)) {
        after_failure(aim::work, a, v.words,
                      v.is == kind::in_doubt && v.why == reason::unreadable_answer);
    } else if (v.is != kind::stop) {
        after_success(aim::work, a);
        ++passed_;
    }
    if (v.is == kind::created) {
        notice_note(a);
        settle_held(firewall_.created(forbidden_then), true);
    }
}

/// The `n` that are held longest.
void sender::impl::settle_held(std::size_t n, bool as_refused) {
    for (; n > 0; --n) {
        auto a = std::move(held_.front());
        held_.pop_front();
        if (as_refused) {
            a.so_far.what = outcome::refused;
            work_.settle(a.what, std::move(a.so_far));
        } else {
            give_back(std::move(a), "a firewall before the API forbids the requests");
        }
    }
}

void sender::impl::hold_for_firewall(aside a, const verdict& v) {
    a.so_far.why = fault{reason::firewall, v.words};
    // Were it to keep its place, the others that shall tell could not leave.
    work_.set_aside(a.what);
    held_.push_back(std::move(a));
    if (firewall_.forbidden() == firewall_watch::conclusion::stop) {
        halt({errc::permission, fmt::format("{}: a firewall before the API forbids the requests; "
                                            "ask its keeper, or the API's support",
                                            v.words)});
    }
}

/// Times of notes need not be by the clock of the server's `Date`: they may be of another machine,
/// or in the organisation's zone. A note that was made just now tells, if it was: a server may
/// answer with one that was there, or with a time that is something else. Who believed that would
/// take years of notes for young.
void sender::impl::notice_note(const attempt& a) {
    if (a.ended < next_note_look_ && notes_looked_at_ >= first_note_looks) {
        return;
    }
    ++notes_looked_at_;
    next_note_look_ = a.ended + note_look_every;
    const auto note = read_contact_note(a.reply.body);
    if (!note || claimed_.contains(note->id)) {
        return;
    }
    notice_witness(*note);
    if (const auto made = read_server_time(note->create_date_time_utc)) {
        const auto skew = *made - server_time(a.ended).value_or(a.ended_at);
        if (std::chrono::abs(skew) <= most_unknown_skew) {
            note_clock_skew_ = std::min(skew, note_clock_skew_.value_or(skew));
        }
    }
}

/// No note of a request that leaves now can be older, by the server's clock.
wall_clock::time_point sender::impl::oldest_of_now() const {
    return server_time(passed_at_).value_or(options_.server_started) - clock_slack;
}

/// Nor can any note of the run, by the times of notes.
wall_clock::time_point sender::impl::oldest_of_run() const {
    return options_.server_started - clock_slack + note_clock_skew_.value_or(-most_unknown_skew);
}

/// Until the parcel is settled, or waits aside.
task<> sender::impl::deliver(aside a, bool is_aside, exchange_memory& memory) {
    auto& [request, tried] = memory;
    for (int failures = 0;;) {
        bool may_leave = pass_at_once(aim::work, is_aside);
        if (!may_leave) {
            may_leave = co_await pass(aim::work, is_aside);
        }
        if (!may_leave) {
            give_back(std::move(a), "the run ended before its turn");
            co_return;
        }
        if (must_park(a.what)) {
            --in_flight_;
            free_slot_.ring();
            if (!is_aside) {
                work_.set_aside(a.what);
            }
            parked_.push_back(std::move(a));
            co_return;
        }
        if (a.not_before == wall_clock::time_point{}) {
            a.not_before = oldest_of_now();
        }
        requests_.create_note(request, a.what.body);
        const auto forbidden_then = firewall_.forbidden_so_far();
        flying_.push_back(&a.what);
        co_await exchange(aim::work, request, tried);
        std::erase(flying_, &a.what);
        const auto v = judge(tried, tried.ended_at);
        a.so_far.attempts += v.is == kind::wait_and_send ? 0 : 1;
        a.left = tried.left;
        a.so_far.status = tried.reply.status;
        a.so_far.took = tried.took;
        after(tried, v, forbidden_then);
        if (options_.keep_responses) {
            a.so_far.response = tried.reply.body;
        }
        switch (v.is) {
            case kind::created:
                a.so_far.when = {tried.ended, tried.ended_at};
                settle_created(std::move(a), v.note_id);
                co_return;
            case kind::refused:
                a.so_far.what = outcome::refused;
                a.so_far.why = fault{v.why, v.words};
                work_.settle(a.what, std::move(a.so_far));
                co_return;
            case kind::in_doubt:
                into_doubt(std::move(a), v);
                co_return;
            case kind::send_again:
                // Until the breaker closes, it is everyone's trouble and not this row's.
                failures += breaker_.is_closed() ? 1 : 0;
                if (options_.max_attempts != 0 && failures >= options_.max_attempts) {
                    give_back(std::move(a), v.words, reason::out_of_tries);
                    co_return;
                }
                co_await back_off(std::max(failures, 1));
                break;
            case kind::wait_and_send:
                break; // the gate knows when
            case kind::firewall:
                hold_for_firewall(std::move(a), v);
                co_return;
            case kind::stop:
                halt({v.stop, v.words});
                give_back(std::move(a), v.words);
                co_return;
        }
    }
}

task<> sender::impl::worker() {
    exchange_memory memory;
    for (;;) {
        // A parcel that is taken is under a mark: no more of them than may be in flight.
        while (!stopping_ && (asides() + held_.size() + channels_.size() >= most_asides ||
                              taken_ >= gate_.concurrency())) {
            co_await changed_.wait();
        }
        ++taken_;
        auto p = work_.next_at_once();
        if (!p) {
            p = co_await work_.next();
        }
        if (!p) {
            --taken_;
            break;
        }
        aside a{.what = std::move(*p), .so_far = {}, .not_before = {}};
        co_await deliver(std::move(a), false, memory);
        --taken_;
    }
    --workers_;
    asides_rung_.ring();
    changed_.ring();
}

task<> sender::impl::settle_held_at_the_end() {
    if (!stopping_) {
        attempt tried;
        co_await probe(tried);
        const bool good = judge_read(tried, tried.ended_at).is == kind::created;
        if (firewall_.at_the_end(good) == firewall_watch::conclusion::refuse_held) {
            settle_held(held_.size(), true);
            co_return;
        }
        halt({errc::permission, fmt::format("{}: a firewall before the API forbids the requests; "
                                            "ask its keeper, or the API's support",
                                            held_.front().so_far.why->detail)});
    }
    settle_held(held_.size(), false);
}

task<> sender::impl::run() {
    workers_ = concurrency_;
    askers_ = concurrency_;
    take_over_doubtful();
    for (int i = 0; i < concurrency_; ++i) {
        asio::co_spawn(on_, worker(), rethrow);
        asio::co_spawn(on_, asker(), rethrow);
    }
    while (is_used() || probing_) {
        co_await changed_.wait();
    }
    give_up_asides();
    close_channels();
    if (!held_.empty()) {
        co_await settle_held_at_the_end();
    }
}

std::string_view to_word(doubt_policy p) noexcept {
    switch (p) {
        case doubt_policy::verify:
            return "verify";
        case doubt_policy::hold:
            return "hold";
        case doubt_policy::resend:
            break;
    }
    return "resend";
}

std::optional<doubt_policy> doubt_policy_from_word(std::string_view word) noexcept {
    for (const auto p : {doubt_policy::verify, doubt_policy::hold, doubt_policy::resend}) {
        if (word == to_word(p)) {
            return p;
        }
    }
    return std::nullopt;
}

sender::sender(asio::io_context& on, const server& s, sender_options options, work& from)
    : impl_(std::make_unique<impl>(on, s, std::move(options), from)) {}

sender::~sender() = default;

task<> sender::run() {
    return impl_->run();
}

void sender::stop() {
    impl_->stop();
}

void sender::cut() {
    impl_->cut();
}

int sender::in_flight() const noexcept {
    return impl_->in_flight_;
}

std::size_t sender::in_doubt() const noexcept {
    return impl_->asides() + impl_->held_.size();
}

traffic sender::so_far() const {
    return {impl_->met_, impl_->gate_.quota().tightest()};
}

} // namespace noteload::delivery
