#include "noteload/run/row_tally.hpp"

#include "noteload/delivery/request.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/text.hpp"

#include <algorithm>

namespace noteload::run {

namespace {

/// Characters of UTF-8.
std::uint64_t characters(std::string_view text) noexcept {
    return static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

/// Of a hash and one value more: of two values it makes two hashes, always.
constexpr std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) noexcept {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15;
    return hash ^ hash >> 32;
}

bool is_unknown_contact(const mapping::mapped_note& note) {
    return std::any_of(note.faults.begin(), note.faults.end(),
                       [](const fault& f) { return f.why == reason::unknown_contact; });
}

} // namespace

row_tally::row_tally(wants w) : wants_(w), last_type_hash_(ledger::mark_hash({})) {}

/// Of all that is sent.
std::uint64_t row_tally::hash_of(const note_request& n) {
    if (n.type != last_type_) {
        last_type_ = n.type;
        last_type_hash_ = ledger::mark_hash(n.type);
    }
    const auto flag = [](const std::optional<bool>& f) { return f ? (*f ? 2U : 1U) : 0U; };
    std::uint64_t hash = ledger::mark_hash(n.note);
    hash = mixed(hash, last_type_hash_);
    hash = mixed(hash, n.note_date_time.empty() ? 0 : ledger::mark_hash(n.note_date_time));
    hash = mixed(hash, static_cast<std::uint64_t>(n.contact_id));
    hash = mixed(hash, static_cast<std::uint64_t>(n.time_spent.value_or(-1)));
    return mixed(hash, flag(n.important) * 3 + flag(n.is_private));
}

void row_tally::add(const record& r, const mapping::mapped_note& note, outcome what) {
    ++rows;
    for (std::size_t i = 0; i < r.cells.size(); ++i) {
        seen_columns |= std::uint64_t{r.cells[i].kind != cell_kind::absent} << i;
    }
    std::string_view contact;
    if (wants_.contact_at < r.cells.size()) {
        contact = trimmed(r.cells[wants_.contact_at].text);
        if (!contact.empty()) {
            auto& into = note.faults.empty() ? contacts : contacts_of_unsent;
            into.push_back(ledger::mark_hash(contact));
        }
    }
    if (note.faults.empty()) {
        add_note(r, note.note);
        return;
    }
    if (is_unknown_contact(note)) {
        unknown.add(contact);
    }
    unsent.push_back({.at = r.at,
                      .what = what,
                      .faults = note.faults,
                      .bytes = std::string(wants_.unsent_bytes ? r.bytes : std::string_view())});
}

void row_tally::add_note(const record& r, const note_request& note) {
    const std::uint64_t size = delivery::note_body_size(note);
    ++to_send;
    body_bytes += size;
    longest_body = std::max(longest_body, size);
    if (bodies.size() < wants_.bodies) {
        delivery::append_note_body(bodies.emplace_back(), note);
    }
    // A text has no more characters than bytes.
    if (note.note.size() > longest) {
        if (const auto length = characters(note.note); length > longest) {
            longest = length;
            longest_at = r.at;
        }
    }
    if (const auto date = note.note_date_time; date.empty()) {
        ++without_date;
    } else {
        if (first_date.text.empty() || date < first_date.text) {
            first_date = {std::string(date), r.at};
        }
        if (date > last_date.text) {
            last_date = {std::string(date), r.at};
        }
    }
    types.add(note.type);
    notes.push_back({hash_of(note), r.at.row, r.at.line});
}

void row_tally::clear() {
    rows = to_send = body_bytes = longest_body = seen_columns = longest = without_date = 0;
    bodies.clear();
    unsent.clear();
    first_date.text.clear();
    last_date.text.clear();
    types.clear();
    notes.clear();
    contacts.clear();
    contacts_of_unsent.clear();
    unknown.clear();
}

} // namespace noteload::run
