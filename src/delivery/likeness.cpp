#include "noteload/delivery/likeness.hpp"

#include "json_fields.hpp"
#include "noteload/delivery/note_date.hpp"
#include "noteload/delivery/note_text.hpp"
#include "noteload/text.hpp"

#include <algorithm>
#include <functional>
#include <ostream>

namespace noteload::delivery {

namespace {

enum class text_likeness : std::uint8_t { same_bytes, same, part, other };

/// Without what stands where a text was cut off: an ellipsis, or half a character.
std::string_view without_ellipsis(std::string_view text) {
    for (const std::string_view end : {"...", "\u2026", "\uFFFD"}) {
        if (text.ends_with(end)) {
            text.remove_suffix(end.size());
            return trimmed(text);
        }
    }
    return text;
}

/// Whether one begins or ends with the other, and the shorter is long enough to tell.
bool is_part(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) {
        std::swap(a, b);
    }
    constexpr std::size_t telling = 20;
    return !a.empty() && (a.size() >= telling || a.size() * 2 >= b.size()) &&
           (b.starts_with(a) || b.ends_with(a));
}

text_likeness compare_texts(std::string_view ours, std::string_view theirs) {
    if (ours == theirs) {
        return text_likeness::same_bytes;
    }
    const auto sent = fold_blanks(ours);
    const auto stored = fold_blanks(theirs);
    if (sent == stored) {
        return text_likeness::same;
    }
    const auto sent_shown = shown_text(sent);
    const auto stored_shown = shown_text(stored);
    if (sent_shown.empty() && stored_shown.empty()) {
        return text_likeness::part; // two images, say: tags alone cannot tell them apart
    }
    // In turn: the server made HTML of our text; it touched our HTML; it made text of our HTML.
    if (stored_shown == sent || stored_shown == sent_shown || stored == sent_shown) {
        return text_likeness::same;
    }
    for (const std::string_view a : {std::string_view(sent), std::string_view(sent_shown)}) {
        for (const std::string_view b :
             {std::string_view(stored), std::string_view(stored_shown)}) {
            if (is_part(without_ellipsis(a), without_ellipsis(b))) {
                return text_likeness::part;
            }
        }
    }
    return text_likeness::other;
}

std::string folded_type(std::string_view type) {
    return lower_case(fold_blanks(type));
}

agreement compare_types(std::string_view ours, std::string_view theirs) {
    const auto shown = folded_type(theirs);
    if (folded_type(ours) == shown) {
        return agreement::agrees;
    }
    return shown.empty() ? agreement::unsure : agreement::differs;
}

/// All but contact and text; the worst of them counts.
agreement compare_facts(const sent_note& ours, const contact_note& theirs) {
    if (ours.important != theirs.important || ours.is_private != theirs.is_private) {
        return agreement::differs;
    }
    return std::max({compare_types(ours.type, theirs.type),
                     compare_dates(ours.note_date_time, theirs.note_date),
                     theirs.contact_id == 0 ? agreement::unsure : agreement::agrees});
}

/// The text with tags and entities of every level gone: a fixed point of `shown_text`. What is
/// escaped deeper than anyone's text counts as one text, to stay linear.
std::string bare_text(std::string_view text) {
    constexpr int deepest = 16;
    auto bare = shown_text(text);
    for (int level = 0; level < deepest; ++level) {
        if (!has_markup(bare)) {
            return bare;
        }
        auto next = shown_text(bare);
        if (next == bare) {
            return bare;
        }
        bare = std::move(next);
    }
    return {};
}

} // namespace

std::optional<sent_note> read_sent_note(std::string_view request_body) {
    const auto from = parsed_object(request_body);
    std::string_view type;
    std::string_view text;
    if (!from || field<std::int64_t>(*from, "contactId", 0) <= 0 ||
        (*from)["type"].get(type) != simdjson::SUCCESS ||
        (*from)["note"].get(text) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    sent_note n{
        .contact_id = field<std::int64_t>(*from, "contactId", 0),
        .type = std::string(type),
        .note = std::string(text),
        .note_date_time = text_field(*from, "noteDateTime"),
        .important = field(*from, "important", false),
        .is_private = field(*from, "private", false),
        .time_spent = std::nullopt,
    };
    std::int64_t minutes = 0;
    if ((*from)["timeSpent"].get(minutes) == simdjson::SUCCESS) {
        n.time_spent = minutes;
    }
    return n;
}

likeness compare(const sent_note& ours, const contact_note& theirs) {
    if (theirs.contact_id != 0 && theirs.contact_id != ours.contact_id) {
        return likeness::other;
    }
    const auto facts = compare_facts(ours, theirs);
    const auto text = compare_texts(ours.note, theirs.note);
    if (text == text_likeness::other) {
        return facts == agreement::differs ? likeness::other : likeness::unclear;
    }
    if (text == text_likeness::part || facts != agreement::agrees) {
        return likeness::unclear;
    }
    return text == text_likeness::same_bytes ? likeness::same_bytes : likeness::same;
}

std::uint64_t twin_hash(const sent_note& n) {
    auto key = std::to_string(n.contact_id);
    key += n.important ? '!' : '.';
    key += n.is_private ? '!' : '.';
    key += folded_type(n.type);
    key += '\0';
    key += bare_text(n.note);
    return std::hash<std::string_view>{}(key);
}

bool interchangeable(const sent_note& a, const sent_note& b) {
    return a.contact_id == b.contact_id && a.important == b.important &&
           a.is_private == b.is_private && a.note_date_time == b.note_date_time &&
           a.time_spent == b.time_spent && folded_type(a.type) == folded_type(b.type) &&
           fold_blanks(a.note) == fold_blanks(b.note);
}

std::ostream& operator<<(std::ostream& out, likeness l) {
    switch (l) {
        case likeness::same_bytes:
            return out << "same_bytes";
        case likeness::same:
            return out << "same";
        case likeness::unclear:
            return out << "unclear";
        case likeness::other:
            break;
    }
    return out << "other";
}

std::ostream& operator<<(std::ostream& out, const sent_note& n) {
    out << "contact " << n.contact_id << ", " << n.type << ", '" << n.note << "', "
        << (n.note_date_time.empty() ? "no date" : n.note_date_time);
    out << (n.important ? ", important" : "") << (n.is_private ? ", private" : "");
    if (n.time_spent) {
        out << ", " << *n.time_spent << " min";
    }
    return out;
}

} // namespace noteload::delivery
