// Before it is believed that a note is not there: do the server's lists show what is?

#include "sender_impl.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace noteload::delivery {

std::ptrdiff_t sender::impl::witnesses(bool is_private) const {
    return std::count_if(witnesses_.begin(), witnesses_.end(),
                         [&](const witness& w) { return w.is_private == is_private; });
}

/// The first of each kind are kept: reads lag, and they have had the longest time to be shown.
void sender::impl::notice_witness(const contact_note& note) {
    if (note.contact_id <= 0 ||
        witnesses(note.is_private) == static_cast<std::ptrdiff_t>(enough_witnesses)) {
        return;
    }
    witnesses_.push_back(
        {.contact_id = note.contact_id, .note_id = note.id, .is_private = note.is_private});
}

void sender::impl::was_shown(std::int64_t note_id) {
    for (auto& w : witnesses_) {
        w.was_shown = w.was_shown || w.note_id == note_id;
    }
}

/// A resumed run has made notes and knows their ids alone: the newest is looked at.
task<result<void>> sender::impl::find_witness() {
    const auto newest = claimed_.ranges().back().last;
    const bool may_leave = co_await pass(aim::look, true);
    if (!may_leave) {
        co_return failure{errc::unreachable, "the run is stopping"};
    }
    attempt tried;
    const auto request = requests_.get(note_path(newest));
    co_await exchange(aim::look, request, tried);
    const auto v = judge_read(tried, tried.ended_at);
    if (v.is == verdict::kind::stop) {
        halt({v.stop, v.words});
        co_return failure{v.stop, v.words};
    }
    if (v.is == verdict::kind::send_again) {
        after_failure(aim::look, tried, v.words);
        co_return failure{errc::unreachable, v.words};
    }
    after_success(aim::look, tried);
    if (v.is == verdict::kind::wait_and_send) {
        co_return failure{errc::unreachable, v.words};
    }
    looked_for_witness_ = true;
    const auto note = read_contact_note(tried.reply.body);
    if (v.is == verdict::kind::created && note && note->id == newest) {
        notice_witness(*note);
    }
    co_return result<void>();
}

/// Its contact's list, for all that it shows of them. Shown as older than the run is not shown: a
/// note in doubt would be passed over like it.
task<result<void>> sender::impl::look_for_witnesses(witness of) {
    const doubt_desk::question q{of.contact_id, oldest_of_run()};
    const auto notes = co_await notes_of(q);
    if (!notes) {
        co_return notes.error();
    }
    for (const auto& n : notes->young) {
        was_shown(n.id);
    }
    co_return result<void>();
}

/// A list without our note proves nothing where lists do not show what is there: to this user, of
/// this kind, or at all. So before the first "not found" of a process counts, lists must have shown
/// the notes that the run is known to have made first, private ones where the row in doubt is.
/// Where there is none yet that could be shown (it was the run's first request), lists are
/// believed. Returns why they are not; nothing where they are.
task<result<std::string>> sender::impl::what_is_hidden(doubt_desk::question q) {
    const bool is_last = q.is_last[0] || q.is_last[1];
    if (is_last && witnesses_.empty() && !claimed_.is_empty() && !looked_for_witness_) {
        const auto looked = co_await find_witness();
        if (!looked) {
            co_return looked.error();
        }
    }
    std::string words;
    for (std::size_t i = 0; i < witnesses_.size(); ++i) {
        const auto w = witnesses_[i];
        const bool matters =
            q.is_last[w.is_private ? 1 : 0] || (is_last && witnesses(!w.is_private) == 0);
        if (!matters || w.was_shown) {
            continue;
        }
        const auto looked = co_await look_for_witnesses(w);
        if (!looked) {
            co_return looked.error();
        }
        if (!witnesses_[i].was_shown) {
            words = fmt::format(
                "the server's list for contact {} does not show note {}, which this run made, or "
                "shows it as older than the run: what its lists do not show may be there",
                w.contact_id, w.note_id);
        }
    }
    co_return words;
}

} // namespace noteload::delivery
