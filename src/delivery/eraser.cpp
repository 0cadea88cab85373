#include "noteload/delivery/eraser.hpp"

#include "noteload/delivery/note_list.hpp"
#include "noteload/delivery/undo_rules.hpp"
#include "pool.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>

namespace noteload::delivery {

namespace asio = boost::asio;
using kind = undo_step::kind;

namespace {

/// How a step ends its note; nothing where it does not.
std::optional<undo_outcome> end_of(kind k) {
    switch (k) {
        case kind::undone:
            return undo_outcome::undone;
        case kind::gone:
            return undo_outcome::gone;
        case kind::keep:
            return undo_outcome::kept;
        case kind::refused:
            return undo_outcome::refused;
        case kind::stop:
            return undo_outcome::not_attempted;
        case kind::go_on:
        case kind::still_there:
        case kind::again:
        case kind::wait_and_again:
            break;
    }
    return std::nullopt;
}

/// What the next request of a note is to find out; nothing: it is the deletion.
enum class look_for : std::uint8_t { changes, nothing, end };

/// How far a note has come.
struct progress {
    using clock = steady_clock;

    look_for next = look_for::changes;
    bool may_be_there = true; // it was shown, or not looked at
    clock::time_point doubt_until{};
    clock::duration pause = std::chrono::milliseconds(250);

    /// In growing pauses; the last look is at the end.
    clock::time_point next_look() {
        pause *= 2;
        return std::min(clock::now() + pause, doubt_until);
    }
};

pool_options pool_options_of(const eraser_options& o) {
    return {.gate = {.quota = {.rate = o.limit, .reserve = o.reserve, .pace = o.pace},
                     .concurrency = {.fixed = o.concurrency},
                     .give_up_after = o.give_up_after},
            .heard = {},
            .seed = std::nullopt};
}

} // namespace

struct eraser::impl : pool {
    impl(asio::io_context& on, const server& s, const eraser_options& o, undo_work& from)
        : pool(on, s, pool_options_of(o), from),
          force_(o.force),
          most_failures_(o.most_failures),
          window_(o.verify_window),
          work_(from) {}

    [[nodiscard]] bool is_used() const override { return workers_ > 0; }

    task<> run();
    task<> worker();
    task<> erase(made_note note);
    [[nodiscard]] static undo_step judge(look_for next, const attempt& a, std::int64_t note_id);
    void doubt_gone(undo_step& s, progress& at);
    task<> pause_until(clock::time_point until);
    void after(aim what, const attempt& a, const undo_step& s);
    void settle(undone_note n, undo_outcome what, undo_step s);

    const bool force_;
    const int most_failures_;
    const clock::duration window_;
    bool deletes_ = true; // no deletion was answered 404 of a note that is there, since one worked
    undo_work& work_;
    int workers_ = 0;
};

/// What an answer says about the server's health.
void eraser::impl::after(aim what, const attempt& a, const undo_step& s) {
    if (s.is == kind::again) {
        after_failure(what, a, s.words);
    } else if (s.is == kind::stop) {
        halt({s.stop, s.words});
    } else {
        after_success(what, a);
    }
}

void eraser::impl::settle(undone_note n, undo_outcome what, undo_step s) {
    n.what = what;
    n.when = wall_clock::now();
    n.contact_id = s.contact_id;
    if (!is_undone(what)) {
        n.why = fault{what == undo_outcome::not_attempted ? reason::stopped : s.why,
                      std::move(s.words)};
    }
    work_.settle(std::move(n));
}

undo_step eraser::impl::judge(look_for next, const attempt& a, std::int64_t note_id) {
    switch (next) {
        case look_for::changes:
            return judge_look(a, note_id, a.ended_at);
        case look_for::end:
            return judge_second_look(a, note_id, a.ended_at);
        case look_for::nothing:
            break;
    }
    return judge_delete(a, a.ended_at);
}

/// What a deletion that found no note means for one that may be there.
void eraser::impl::doubt_gone(undo_step& s, progress& at) {
    if (s.is == kind::undone) {
        deletes_ = true;
    } else if (s.is == kind::gone && at.next == look_for::nothing && at.may_be_there) {
        at.next = look_for::end;
        at.doubt_until = clock::now() + (deletes_ ? window_ : clock::duration(0));
        s.is = kind::go_on;
    } else if (s.is == kind::still_there && clock::now() >= at.doubt_until) {
        deletes_ = false;
        s.is = kind::refused;
    }
}

task<> eraser::impl::erase(made_note note) {
    undone_note n{.note = note};
    const auto path = note_path(note.note_id);
    progress at{.next = force_ ? look_for::nothing : look_for::changes};
    attempt tried;
    for (int failures = 0;;) {
        const bool deletes = at.next == look_for::nothing;
        const auto what = deletes ? aim::work : aim::look;
        const bool may_leave = co_await pass(what);
        if (!may_leave) {
            const bool asked = n.attempts > 0;
            settle(std::move(n), undo_outcome::not_attempted,
                   {.words = asked ? "the undo ended before a good answer: it may be gone"
                                   : "the undo ended before its turn"});
            co_return;
        }
        const auto request = deletes ? requests_.erase(path) : requests_.get(path);
        co_await exchange(what, request, tried);
        auto s = judge(at.next, tried, note.note_id);
        n.attempts += deletes && s.is != kind::wait_and_again ? 1 : 0;
        n.status = tried.reply.status;
        n.took = tried.took;
        after(what, tried, s);
        // Until the breaker closes, it is everyone's trouble and not this note's.
        if (s.is == kind::again && ++failures >= most_failures_ && breaker_.is_closed()) {
            s.is = kind::refused;
        }
        const bool was_look = at.next == look_for::changes;
        doubt_gone(s, at);
        if (const auto end = end_of(s.is)) {
            settle(std::move(n), *end, std::move(s));
            co_return;
        }
        if (s.is == kind::go_on) {
            if (was_look) {
                at.next = look_for::nothing;
                at.may_be_there = s.is_there;
            }
            failures = 0;
        } else if (s.is == kind::again) {
            co_await back_off(failures);
        } else if (s.is == kind::still_there) {
            co_await pause_until(at.next_look());
        }
    }
}

task<> eraser::impl::pause_until(clock::time_point until) {
    while (!stopping_ && clock::now() < until) {
        co_await changed_.wait(until);
    }
}

task<> eraser::impl::worker() {
    while (!stopping_) {
        const auto note = work_.next();
        if (!note) {
            break;
        }
        co_await erase(*note);
    }
    --workers_;
    changed_.ring();
}

task<> eraser::impl::run() {
    workers_ = concurrency_;
    for (int i = 0; i < concurrency_; ++i) {
        asio::co_spawn(on_, worker(), rethrow);
    }
    while (is_used() || probing_) {
        co_await changed_.wait();
    }
    close_channels();
}

eraser::eraser(asio::io_context& on, const server& s, const eraser_options& options,
               undo_work& from)
    : impl_(std::make_unique<impl>(on, s, options, from)) {}

eraser::~eraser() = default;

task<> eraser::run() {
    return impl_->run();
}

void eraser::stop() {
    impl_->stop();
}

void eraser::cut() {
    impl_->cut();
}

int eraser::in_flight() const noexcept {
    return impl_->in_flight_;
}

} // namespace noteload::delivery
