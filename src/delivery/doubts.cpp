#include "noteload/delivery/doubts.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

namespace noteload::delivery {

namespace {

// A row stays in doubt when its contact's look-ups told nothing so many times, one after the other,
// for a window, and it has had so many windows itself: a contact may be asked for often, or late.
constexpr int most_unreadable = 8;
constexpr int most_windows = 2;
constexpr std::size_t longest_time = 60;

bool is_same(likeness l) {
    return l == likeness::same || l == likeness::same_bytes;
}

using of_note = std::function<bool(const contact_note&)>;

/// Why "not found" is not to be believed although none of the notes that are surely young is
/// theirs; empty: nothing speaks against it.
std::string words_against(const lookup_answer& a, const of_note& is_theirs,
                          const of_note& may_be_theirs) {
    if (std::any_of(a.older.begin(), a.older.end(), is_theirs)) {
        return "a note like it is there, but was made before the run, if the server's times of "
               "notes are right, which nothing shows";
    }
    const auto unknown =
        std::find_if(a.of_unknown_age.begin(), a.of_unknown_age.end(), may_be_theirs);
    if (unknown != a.of_unknown_age.end()) {
        return fmt::format(
            "note {} of the contact could be this one, but when it was made cannot be read: \"{}\"",
            unknown->id, printable(unknown->create_date_time_utc, longest_time));
    }
    return {};
}

} // namespace

void doubt_desk::add(doubt d) {
    auto& of = contacts_[d.content.contact_id];
    const auto hash = twin_hash(d.content);
    const auto first_look = d.since + first_pause();
    of.next = of.open == 0 ? first_look : std::min(of.next, first_look);
    // A new doubt begins with short pauses, whatever its neighbours have reached.
    of.pause = first_pause();
    of.rows.push_back({std::move(d), hash});
    ++of.open;
    ++size_;
}

bool doubt_desk::holds_twin_of(const sent_note& n) const {
    const auto of = contacts_.find(n.contact_id);
    if (of == contacts_.end()) {
        return false;
    }
    const auto hash = twin_hash(n);
    return std::any_of(of->second.rows.begin(), of->second.rows.end(),
                       [&](const entry& e) { return !e.closed && e.twins == hash; });
}

std::optional<doubt_desk::time> doubt_desk::next_due() const {
    std::optional<time> due;
    for (const auto& [contact, of] : contacts_) {
        if (of.open > 0 && !of.asking && (!due || of.next < *due)) {
            due = of.next;
        }
    }
    return due;
}

std::optional<doubt_desk::question> doubt_desk::ask(time now) {
    contact_doubts* chosen = nullptr;
    std::int64_t contact = 0;
    for (auto& [id, of] : contacts_) {
        if (of.open > 0 && !of.asking && of.next <= now &&
            (chosen == nullptr || of.next < chosen->next)) {
            chosen = &of;
            contact = id;
        }
    }
    if (chosen == nullptr) {
        return std::nullopt;
    }
    chosen->asking = true;
    question q{contact, wall_clock::time_point::max()};
    for (const auto& e : chosen->rows) {
        if (!e.closed) {
            q.not_before = std::min(q.not_before, e.what.not_before);
            auto& is_last = q.is_last[e.what.content.is_private ? 1 : 0];
            is_last = is_last || now >= e.what.since + window_;
        }
    }
    return q;
}

/// Pauses double up to half the window, but a look-up falls on the end of every window: that is
/// when "not found" counts.
void doubt_desk::plan_next(contact_doubts& of, time now) const {
    of.asking = false;
    of.next = now + of.pause;
    of.pause = std::min(of.pause * 2, std::max<duration>(window_ / 2, std::chrono::seconds(1)));
    for (const auto& e : of.rows) {
        const auto end = e.what.since + window_;
        if (!e.closed && end > now) {
            of.next = std::min(of.next, end);
        }
    }
}

void doubt_desk::failed(std::int64_t contact, time now) {
    auto& of = contacts_.at(contact);
    of.pause = std::max(of.pause, std::max<duration>(first_pause(), std::chrono::milliseconds(10)));
    plan_next(of, now);
}

std::vector<finding> doubt_desk::unreadable(std::int64_t contact, const std::string& words,
                                            time now) {
    auto& of = contacts_.at(contact);
    std::vector<finding> findings;
    leave_open(findings, of, "the contact's notes cannot be read: " + words, now);
    if (findings.empty()) {
        failed(contact, now);
    } else {
        let_go(contact, findings, now);
    }
    return findings;
}

/// Of a look-up that tells what is there, and not what is not: rows that are not found are asked
/// for again, and after some of these stay in doubt.
void doubt_desk::leave_open(std::vector<finding>& findings, contact_doubts& of,
                            const std::string& words, time now) const {
    std::erase_if(findings, [](const finding& f) { return f.is == finding::kind::not_found; });
    if (of.unreadable++ == 0) {
        of.unreadable_since = now;
    }
    if (of.unreadable < most_unreadable || now < of.unreadable_since + window_) {
        return;
    }
    const auto found = findings;
    for (const auto& e : of.rows) {
        const auto row = e.what.row;
        const bool had_time = now >= e.what.since + most_windows * window_;
        if (!e.closed && had_time &&
            std::none_of(found.begin(), found.end(),
                         [row](const finding& f) { return f.row == row; })) {
            findings.push_back({row, finding::kind::unsettled, 0, words});
        }
    }
}

std::vector<finding> doubt_desk::answered(std::int64_t contact, const lookup_answer& a, time now) {
    auto& of = contacts_.at(contact);
    struct group {
        std::vector<const doubt*> all;
        std::vector<const doubt*> open;
    };
    std::map<std::uint64_t, group> groups;
    for (const auto& e : of.rows) {
        auto& g = groups[e.twins];
        g.all.push_back(&e.what);
        if (!e.closed) {
            g.open.push_back(&e.what);
        }
    }
    std::set<std::uint64_t> flying;
    for (const auto& n : a.in_flight) {
        flying.insert(twin_hash(n));
    }
    // Whose text another row has: they can only leave a row in doubt.
    auto notes = a.notes;
    notes.insert(notes.end(), a.unsure.begin(), a.unsure.end());
    std::vector<finding> findings;
    for (const auto& [hash, twins] : groups) {
        if (twins.open.empty() || flying.contains(hash)) {
            continue;
        }
        // Came into doubt while the look-up was under way: its note may not have been there yet.
        const bool all_asked = std::all_of(twins.open.begin(), twins.open.end(),
                                           [&](const doubt* d) { return a.began >= d->since; });
        if (!all_asked) {
            continue;
        }
        const auto is_theirs = [&](const contact_note& note) {
            return std::any_of(twins.open.begin(), twins.open.end(),
                               [&](const doubt* d) { return is_same(compare(d->content, note)); });
        };
        if (std::any_of(a.unsure.begin(), a.unsure.end(), is_theirs)) {
            continue;
        }
        const bool is_final =
            std::all_of(twins.open.begin(), twins.open.end(),
                        [&](const doubt* d) { return a.began >= d->since + window_; });
        const auto explained = [&, own = hash](const contact_note& note) {
            const bool by_flying =
                std::any_of(a.in_flight.begin(), a.in_flight.end(),
                            [&](const auto& n) { return is_same(compare(n, note)); });
            return by_flying || std::any_of(of.rows.begin(), of.rows.end(), [&](const entry& e) {
                       return e.twins != own && is_same(compare(e.what.content, note));
                   });
        };
        // Changed on its way, for example.
        const auto may_be_theirs = [&](const contact_note& note) {
            return !explained(note) &&
                   std::any_of(twins.open.begin(), twins.open.end(), [&](const doubt* d) {
                       return compare(d->content, note) != likeness::other;
                   });
        };
        auto some = judge_twins(twins.all, notes, explained, is_final);
        const auto speaks_against = words_against(a, is_theirs, may_be_theirs);
        for (auto& f : some) {
            if (!speaks_against.empty() && f.is == finding::kind::not_found) {
                f.is = finding::kind::unsettled;
                f.words = speaks_against;
            }
            if (std::any_of(twins.open.begin(), twins.open.end(),
                            [&](const doubt* d) { return d->row == f.row; })) {
                findings.push_back(std::move(f));
            }
        }
    }
    if (a.not_whole.empty()) {
        of.unreadable = 0;
    } else {
        leave_open(findings, of, a.not_whole, now);
    }
    let_go(contact, findings, now);
    return findings;
}

/// Rows with a finding leave the desk; of those that stay in doubt their content is kept.
void doubt_desk::let_go(std::int64_t contact, const std::vector<finding>& findings, time now) {
    auto& of = contacts_.at(contact);
    std::map<std::uint64_t, finding::kind> gone;
    for (const auto& f : findings) {
        gone.emplace(f.row, f.is);
    }
    for (auto& e : of.rows) {
        const auto f = gone.find(e.what.row);
        e.closed = e.closed || (f != gone.end() && f->second == finding::kind::unsettled);
    }
    std::erase_if(of.rows, [&](const entry& e) { return !e.closed && gone.contains(e.what.row); });
    of.open -= findings.size();
    size_ -= findings.size();
    if (of.rows.empty()) {
        contacts_.erase(contact);
    } else {
        plan_next(of, now);
    }
}

std::vector<std::uint64_t> doubt_desk::give_up() {
    std::vector<std::uint64_t> rows;
    for (const auto& [contact, of] : contacts_) {
        for (const auto& e : of.rows) {
            if (!e.closed) {
                rows.push_back(e.what.row);
            }
        }
    }
    std::sort(rows.begin(), rows.end());
    contacts_.clear();
    size_ = 0;
    return rows;
}

} // namespace noteload::delivery
