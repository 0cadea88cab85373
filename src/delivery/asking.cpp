// Rows in doubt: the server is asked, on the side, while the run goes on.

#include "sender_impl.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

namespace noteload::delivery {

std::size_t sender::impl::asides() const {
    return desk_.size() + parked_.size() + again_.size();
}

void sender::impl::into_doubt(aside a, const verdict& v) {
    a.so_far.why = fault{v.why, v.words};
    a.maybe_sent = true;
    if (stopping_ || options_.in_doubt == doubt_policy::hold) {
        settle_in_doubt(std::move(a), "");
    } else if (options_.in_doubt == doubt_policy::resend) {
        work_.set_aside(a.what);
        again_.push_back(std::move(a));
        asides_rung_.ring();
    } else {
        work_.set_aside(a.what);
        put_on_desk(std::move(a));
    }
}

void sender::impl::put_on_desk(aside a) {
    auto content = read_sent_note(a.what.body);
    if (!content) {
        settle_in_doubt(std::move(a), "it cannot be compared with the server's notes");
        return;
    }
    const auto row = a.what.at.row;
    desk_.add({.row = row,
               .content = std::move(*content),
               .since = clock::now(),
               .not_before = a.not_before});
    in_doubt_.insert_or_assign(row, std::move(a));
    asides_rung_.ring();
}

void sender::impl::take_over_doubtful() {
    for (auto& p : work_.doubtful()) {
        aside a{.what = std::move(p),
                .so_far = {},
                .maybe_sent = true,
                .not_before = options_.server_started - clock_slack};
        a.so_far.why = fault{reason::connection_lost, "the run ended before its answer came"};
        if (options_.in_doubt == doubt_policy::verify) {
            put_on_desk(std::move(a));
        } else if (options_.in_doubt == doubt_policy::resend) {
            again_.push_back(std::move(a));
        } else {
            settle_in_doubt(std::move(a), "");
        }
    }
}

/// While a twin is in doubt, a note that is sent could not be told from the twin's.
bool sender::impl::must_park(const parcel& p) const {
    if (!desk_.has_contact(p.contact_id)) {
        return false;
    }
    const auto content = read_sent_note(p.body);
    return content && desk_.holds_twin_of(*content);
}

std::vector<sent_note> sender::impl::flying_of(std::int64_t contact) const {
    std::vector<sent_note> notes;
    for (const auto* p : flying_) {
        if (p->contact_id == contact) {
            if (auto content = read_sent_note(p->body)) {
                notes.push_back(std::move(*content));
            }
        }
    }
    return notes;
}

/// `asked` is when the desk asked. All is judged as of then: what has become final since was not
/// when lists were to prove themselves.
task<> sender::impl::look_up(doubt_desk::question q, clock::time_point asked) {
    lookup_answer a;
    a.began = asked;
    a.in_flight = flying_of(q.contact);
    auto hidden = co_await what_is_hidden(q);
    const auto skew = note_clock_skew_;
    q.not_before += skew.value_or(-most_unknown_skew);
    const auto ours = to_be_shown(q);
    result<read_notes> notes = failure{errc::protocol, {}};
    if (hidden) {
        notes = co_await notes_of(q, ours);
    } else {
        notes = hidden.error();
    }
    if (stopping_) {
        co_return;
    }
    if (!notes && notes.error().code == errc::protocol) {
        settle_findings(desk_.unreadable(q.contact, notes.error().message, clock::now()));
        co_return;
    }
    if (!notes) {
        desk_.failed(q.contact, clock::now());
        co_return;
    }
    a.notes = std::move(notes->young);
    const auto missing = what_is_missing(q.contact, ours, notes->not_shown);
    a.not_whole = !notes->not_whole.empty() ? notes->not_whole
                  : !hidden->empty()        ? *hidden
                                            : missing;
    leave_out_claimed(a, q.contact);
    set_unsure_ages_apart(a, skew ? q.not_before : q.not_before + most_unknown_skew);
    auto still_flying = flying_of(q.contact);
    std::move(still_flying.begin(), still_flying.end(), std::back_inserter(a.in_flight));
    settle_findings(desk_.answered(q.contact, a, clock::now()));
}

/// Whose times cannot be read, or say that they are older than the run while nothing shows that
/// times are right.
void sender::impl::set_unsure_ages_apart(lookup_answer& a, wall_clock::time_point not_before) {
    std::vector<contact_note> young;
    for (auto& n : a.notes) {
        const auto made = read_time_made(n.create_date_time_utc);
        auto& to = !made ? a.of_unknown_age : *made < not_before ? a.older : young;
        to.push_back(std::move(n));
    }
    a.notes = std::move(young);
}

void sender::impl::leave_out_claimed(lookup_answer& a, std::int64_t contact) {
    if (a.notes.empty()) {
        return;
    }
    std::vector<std::int64_t> ours;
    std::erase_if(a.notes, [&](const contact_note& n) {
        const bool is_ours = claimed_.contains(n.id);
        if (is_ours) {
            was_shown(n.id);
            ours.push_back(n.id);
        }
        return is_ours;
    });
    remember_ours(contact, std::move(ours));
    std::vector<std::int64_t> left;
    for (const auto& n : a.notes) {
        left.push_back(n.id);
    }
    if (left.empty()) {
        return;
    }
    const auto others = work_.claimed_elsewhere(left);
    std::erase_if(a.notes, [&](const contact_note& n) {
        return std::find(others.taken.begin(), others.taken.end(), n.id) != others.taken.end();
    });
    const auto is_unsure = [&, now = clock::now()](const contact_note& n) {
        return others.unsure_for != clock::duration::zero() &&
               now < first_seen_.try_emplace(n.id, now).first->second + others.unsure_for;
    };
    const auto sure = std::stable_partition(a.notes.begin(), a.notes.end(), std::not_fn(is_unsure));
    a.unsure.assign(std::make_move_iterator(sure), std::make_move_iterator(a.notes.end()));
    a.notes.erase(sure, a.notes.end());
}

/// What is certainly not there, unless it was tried often enough. A try counts where the server
/// dealt with others meanwhile, or no others are left to tell: in everyone's trouble rows wait.
void sender::impl::send_again(aside a) {
    const bool others_pass = passed_ != a.passed_then || workers_ == 0;
    a.passed_then = passed_;
    a.failures += others_pass ? 1 : 0;
    if (options_.max_attempts == 0 || a.failures < options_.max_attempts) {
        again_.push_back(std::move(a));
        return;
    }
    a.so_far.what = outcome::not_attempted;
    a.so_far.why->why = reason::out_of_tries;
    a.so_far.why->detail += "; asked for after each try, and not on the server";
    work_.settle(a.what, std::move(a.so_far));
}

void sender::impl::settle_findings(const std::vector<finding>& findings) {
    for (const auto& f : findings) {
        auto a = std::move(in_doubt_.at(f.row));
        in_doubt_.erase(f.row);
        if (!desk_.has_contact(a.what.contact_id)) {
            unshown_.erase(a.what.contact_id);
        }
        switch (f.is) {
            case finding::kind::found:
                claimed_.insert(f.note_id);
                recent_.add(a.what.contact_id, f.note_id);
                first_seen_.erase(f.note_id);
                if (a.so_far.why->why == reason::unreadable_answer) {
                    turned_out_good(a.left);
                }
                a.so_far.what = outcome::already_there;
                a.so_far.note_id = f.note_id;
                a.so_far.why->detail += "; asked for, and found on the server";
                work_.settle(a.what, std::move(a.so_far));
                break;
            case finding::kind::not_found:
                send_again(std::move(a));
                break;
            case finding::kind::unsettled:
                settle_in_doubt(std::move(a), f.words);
                break;
        }
    }
    if (!findings.empty()) {
        // Whoever waited behind a twin looks again.
        std::move(parked_.begin(), parked_.end(), std::back_inserter(again_));
        parked_.clear();
        changed_.ring();
    }
    asides_rung_.ring();
}

task<> sender::impl::asker() {
    exchange_memory memory;
    while (!stopping_) {
        if (!again_.empty()) {
            auto a = std::move(again_.front());
            again_.pop_front();
            co_await deliver(std::move(a), true, memory);
            changed_.ring(); // workers may wait for room aside
            continue;
        }
        const auto now = clock::now();
        const auto q = desk_.ask(now);
        if (q) {
            co_await look_up(*q, now);
            continue;
        }
        if (workers_ == 0 && asides() == 0) {
            break;
        }
        const auto due = desk_.next_due().value_or(clock::time_point::max());
        co_await asides_rung_.wait(due);
    }
    --askers_;
    asides_rung_.ring();
    changed_.ring();
}

/// The run stops: what is in doubt stays so, and a resumed run asks again.
void sender::impl::give_up_asides() {
    for (const auto row : desk_.give_up()) {
        auto a = std::move(in_doubt_.at(row));
        in_doubt_.erase(row);
        settle_in_doubt(std::move(a), "the run ended before it was settled");
    }
    for (auto* list : {&again_, &parked_}) {
        for (auto& a : *list) {
            give_back(std::move(a), "the run ended before its turn");
        }
        list->clear();
    }
}

} // namespace noteload::delivery
