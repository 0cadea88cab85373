#include "noteload/delivery/undo_rules.hpp"

#include "noteload/delivery/note_list.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <array>
#include <ostream>

namespace noteload::delivery {

namespace {

using kind = undo_step::kind;

constexpr auto slack = std::chrono::seconds(1); // a server may set the two times one by one

/// Longer texts of the server (a user's name) are cut.
constexpr std::size_t longest_value = 60;

undo_step keep(reason why, std::string words, std::int64_t contact_id) {
    return {.is = kind::keep, .why = why, .words = std::move(words), .contact_id = contact_id};
}

/// A note that is not there is answered with an empty body. A page is not the API's word: taking
/// it for "gone" would leave the note there and say that it is not.
bool says_gone(const answer& reply) {
    return (reply.status == 404 || reply.status == 410) &&
           (trimmed(reply.body).empty() || is_json(reply.body));
}

/// What is no answer about the note itself, as for an import.
undo_step judge_rest(const attempt& a, std::chrono::system_clock::time_point now) {
    auto v = judge(a, now);
    undo_step s{.is = kind::again, .why = v.why, .words = std::move(v.words)};
    switch (v.is) {
        case verdict::kind::created: // a body with an id, of another status than 200: cannot be
        case verdict::kind::in_doubt:
            break;
        case verdict::kind::send_again:
            s.why = reason::connection_lost;
            break;
        case verdict::kind::refused:
            s.is = kind::refused;
            break;
        case verdict::kind::wait_and_send:
            s.is = kind::wait_and_again;
            s.wait = v.wait;
            break;
        case verdict::kind::firewall:
            // These requests hold no text that a firewall could dislike.
            s.is = kind::stop;
            s.stop = errc::permission;
            s.words +=
                ": a firewall before the API forbids the requests; ask its keeper, or the "
                "API's support";
            break;
        case verdict::kind::stop:
            s.is = kind::stop;
            s.stop = v.stop;
            if (v.stop == errc::permission) {
                s.words += ". To undo, it needs the permission to delete them, too";
            }
            break;
    }
    return s;
}

undo_step judge_note(const contact_note& note) {
    const auto changed = changed_since_made(note);
    if (!changed) {
        return keep(reason::unreadable_answer,
                    fmt::format("whether it was changed cannot be told: it was made at \"{}\" and "
                                "changed at \"{}\"",
                                printable(note.create_date_time_utc, longest_value),
                                printable(note.modified_date_time_utc, longest_value)),
                    note.contact_id);
    }
    if (!*changed) {
        return {.is = kind::go_on, .is_there = true};
    }
    const auto by = printable(note.modified_by_user, longest_value);
    return keep(
        reason::modified,
        fmt::format("changed at {} UTC{}{}, made at {}",
                    printable(note.modified_date_time_utc, longest_value), by.empty() ? "" : " by ",
                    by, printable(note.create_date_time_utc, longest_value)),
        note.contact_id);
}

} // namespace

std::optional<bool> changed_since_made(const contact_note& note) {
    if (note.modified_date_time_utc.empty()) {
        return false;
    }
    const auto made = read_server_time(note.create_date_time_utc);
    const auto changed = read_server_time(note.modified_date_time_utc);
    if (!made || !changed) {
        return std::nullopt;
    }
    return *changed > *made + slack;
}

undo_step judge_look(const attempt& a, std::int64_t note_id,
                     std::chrono::system_clock::time_point now) {
    if (a.what != trouble::none) {
        return judge_rest(a, now);
    }
    if (says_gone(a.reply)) {
        return {.is = kind::go_on};
    }
    if (a.reply.status != 200) {
        return judge_rest(a, now);
    }
    const auto note = read_contact_note(a.reply.body);
    if (!note || note->id != note_id) {
        return {.is = kind::again,
                .why = reason::unreadable_answer,
                .words = "the server answered 200 without the note that was asked for"};
    }
    return judge_note(*note);
}

undo_step judge_second_look(const attempt& a, std::int64_t note_id,
                            std::chrono::system_clock::time_point now) {
    if (a.what == trouble::none && says_gone(a.reply)) {
        return {.is = kind::gone};
    }
    auto s = judge_look(a, note_id, now);
    if (s.is != kind::go_on && s.is != kind::keep) {
        return s;
    }
    return {.is = kind::still_there,
            .why = reason::not_found,
            .words =
                "the server answers the deletion with 404, as if there were no such note, and "
                "shows it all the same: delete it in Virtuous, or ask who keeps a gateway "
                "before the API whether it lets deletions through"};
}

undo_step judge_delete(const attempt& a, std::chrono::system_clock::time_point now) {
    if (a.what != trouble::none) {
        return judge_rest(a, now);
    }
    if (says_gone(a.reply)) {
        return {.is = kind::gone};
    }
    const bool good = a.reply.status >= 200 && a.reply.status < 300;
    return good ? undo_step{.is = kind::undone} : judge_rest(a, now);
}

std::ostream& operator<<(std::ostream& out, undo_step::kind k) {
    constexpr std::array words = {"go_on",   "undone", "gone",           "still_there", "keep",
                                  "refused", "again",  "wait_and_again", "stop"};
    return out << words[static_cast<std::size_t>(k)];
}

std::ostream& operator<<(std::ostream& out, const undo_step& s) {
    return out << s.is << " why=" << s.why << " contact=" << s.contact_id << " words=\"" << s.words
               << '"';
}

} // namespace noteload::delivery
