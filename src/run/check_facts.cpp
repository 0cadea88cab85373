#include "noteload/run/check_facts.hpp"

#include "noteload/ledger/log_format.hpp"
#include "noteload/text.hpp"

#include <algorithm>
#include <utility>

namespace noteload::run {

namespace {

/// Characters of UTF-8.
std::uint64_t characters(std::string_view text) noexcept {
    return static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::vector<counted_value> most_rows_first(std::vector<counted_value> values) {
    std::stable_sort(values.begin(), values.end(),
                     [](const auto& a, const auto& b) { return a.rows > b.rows; });
    return values;
}

bool is_unknown_contact(const mapping::mapped_note& note) {
    return std::any_of(note.faults.begin(), note.faults.end(),
                       [](const fault& f) { return f.why == reason::unknown_contact; });
}

} // namespace

check_facts::check_facts(std::vector<std::string> columns, std::string_view contact_column,
                         std::size_t most_hashes)
    : columns_(std::move(columns)),
      contact_at_(columns_.size()),
      notes_(most_hashes),
      contacts_(most_hashes / 4) {
    for (std::size_t i = columns_.size(); i-- > 0;) {
        contact_at_ =
            equal_without_case(trimmed(columns_[i]), trimmed(contact_column)) ? i : contact_at_;
    }
}

void check_facts::add(const record& r, const mapping::mapped_note& note, std::string_view body) {
    for (std::size_t i = 0; i < r.cells.size(); ++i) {
        seen_columns_ |= std::uint64_t{r.cells[i].kind != cell_kind::absent} << i;
    }
    if (contact_at_ < r.cells.size()) {
        if (const auto contact = trimmed(r.cells[contact_at_].text); !contact.empty()) {
            contacts_.add(ledger::mark_hash(contact), r.at);
        }
    }
    if (note.faults.empty()) {
        add_note(r, note.note, body);
    } else if (is_unknown_contact(note)) {
        count_unknown(r);
    }
}

void check_facts::add_note(const record& r, const note_request& note, std::string_view body) {
    // A text has no more characters than bytes.
    if (note.note.size() > found_.longest) {
        if (const auto length = characters(note.note); length > found_.longest) {
            found_.longest = length;
            found_.longest_at = r.at;
        }
    }
    const auto date = note.note_date_time;
    if (date.empty()) {
        ++found_.without_date;
    } else {
        if (found_.first_date.text.empty() || date < found_.first_date.text) {
            found_.first_date = {std::string(date), r.at};
        }
        if (date > found_.last_date.text) {
            found_.last_date = {std::string(date), r.at};
        }
    }
    count_type(note.type);
    notes_.add(ledger::mark_hash(body), r.at);
}

void check_facts::count_type(std::string_view type) {
    auto& types = found_.types;
    if (last_type_ < types.size() && types[last_type_].value == type) {
        ++types[last_type_].rows;
        return;
    }
    const auto known =
        std::find_if(types.begin(), types.end(), [type](const auto& t) { return t.value == type; });
    if (known == types.end() && types.size() == most_types) {
        ++found_.other_types;
        return;
    }
    last_type_ = static_cast<std::size_t>(known - types.begin());
    if (known == types.end()) {
        types.push_back({std::string(type), 0});
    }
    ++types[last_type_].rows;
}

void check_facts::count_unknown(const record& r) {
    if (contact_at_ >= r.cells.size()) {
        return;
    }
    const auto value = trimmed(r.cells[contact_at_].text);
    const auto known = unknown_.find(value);
    if (known != unknown_.end()) {
        ++known->second;
    } else if (unknown_.size() < most_unknown) {
        unknown_.emplace(value, 1);
    } else {
        ++found_.more_unknown;
    }
}

note_facts check_facts::tell() {
    auto out = found_;
    out.types = most_rows_first(std::move(out.types));
    for (const auto& [value, rows] : unknown_) {
        out.unknown.push_back({value, rows});
    }
    out.unknown = most_rows_first(std::move(out.unknown));
    auto notes = notes_.tell();
    out.repeated = notes.repeated;
    out.repeated_first = std::move(notes.first);
    out.remembered = notes.gave_up ? notes.distinct : 0;
    const auto contacts = contacts_.tell();
    out.contacts = contacts.distinct;
    out.contacts_are_more = contacts.gave_up;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const bool seen = (seen_columns_ >> i & 1) != 0;
        (seen ? out.used_columns : out.missing_columns).push_back(columns_[i]);
    }
    return out;
}

} // namespace noteload::run
