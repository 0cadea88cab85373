// Before it is believed that a note is not there: do the server's lists show what is?

#include "sender_impl.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace noteload::delivery {

namespace {

std::string not_shown_words(std::int64_t contact, std::int64_t note) {
    return fmt::format(
        "the server's list for contact {} does not show note {}, which this run made, or shows it "
        "as older than the run: what its lists do not show may be there",
        contact, note);
}

} // namespace

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
    const std::vector<std::int64_t> ours{of.note_id};
    const auto notes = co_await notes_of(q, ours);
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
            words = not_shown_words(w.contact_id, w.note_id);
        }
    }
    co_return words;
}

/// Other contacts' lists may be whole while this one's is not: it was merged into another, or comes
/// from where it lags. So a last look-up holds it against the newest notes of the contact that are
/// known to be the run's. They are the same ones until a list has shown them all: reads lag, and
/// newer ones may be made all the while.
std::vector<std::int64_t> sender::impl::to_be_shown(doubt_desk::question q) const {
    if (!q.is_last[0] && !q.is_last[1]) {
        return {};
    }
    const auto kept = unshown_.find(q.contact);
    return kept != unshown_.end() ? kept->second : recent_.newest_of(q.contact, enough_recent);
}

std::string sender::impl::what_is_missing(std::int64_t contact, std::vector<std::int64_t> ours,
                                          const std::vector<std::int64_t>& not_shown) {
    if (ours.empty()) {
        return {}; // nothing is to be believed of this list
    }
    if (not_shown.empty()) {
        unshown_.erase(contact);
        return {};
    }
    unshown_.try_emplace(contact, std::move(ours));
    return not_shown_words(contact, not_shown.front());
}

/// Of an earlier process's notes only the ids are known. Whose they are, earlier lists tell.
void sender::impl::remember_ours(std::int64_t contact, std::vector<std::int64_t> shown) {
    if (shown.empty()) {
        return;
    }
    // No more than there is room for: they must not take the place of newer ones.
    const auto known = recent_.newest_of(contact, enough_recent);
    std::erase_if(shown, [&](auto id) { return std::ranges::find(known, id) != known.end(); });
    shown.resize(std::min(shown.size(), enough_recent - known.size()));
    std::for_each(shown.rbegin(), shown.rend(), [&](auto id) { recent_.add(contact, id); });
}

} // namespace noteload::delivery
