#include "noteload/run/check_facts.hpp"

#include <algorithm>
#include <utility>

namespace noteload::run {

check_facts::check_facts(std::vector<std::string> columns, std::size_t most_hashes)
    : columns_(std::move(columns)),
      notes_(most_hashes),
      contacts_(most_hashes / 4),
      unsent_contacts_(most_hashes / 4) {}

void check_facts::add(const row_tally& rows, const place& before) {
    seen_columns_ |= rows.seen_columns;
    if (rows.longest > found_.longest) {
        found_.longest = rows.longest;
        found_.longest_at = behind(rows.longest_at, before);
    }
    found_.without_date += rows.without_date;
    const auto& [first, first_at] = rows.first_date;
    auto& known = found_.first_date;
    if (!first.empty() && (known.text.empty() || first < known.text)) {
        known = {first, behind(first_at, before)};
    }
    if (const auto& [last, last_at] = rows.last_date; last > found_.last_date.text) {
        found_.last_date = {last, behind(last_at, before)};
    }
    types_.add(rows.types);
    unknown_.add(rows.unknown);
    notes_.add(rows.notes, before);
    for (std::size_t i = 0; i < rows.contacts.size(); ++i) {
        const std::size_t ahead = i + seen_hashes::fetch_ahead;
        contacts_.fetch(rows.contacts[std::min(ahead, rows.contacts.size() - 1)]);
        contacts_.saw(rows.contacts[i]);
    }
    for (const auto hash : rows.contacts_of_unsent) {
        unsent_contacts_.saw(hash);
    }
}

note_facts check_facts::tell() {
    auto out = found_;
    out.types = types_.most_rows_first();
    out.other_types = types_.others();
    out.unknown = unknown_.most_rows_first();
    out.more_unknown = unknown_.others();
    auto notes = notes_.tell();
    out.repeated = notes.repeated;
    out.repeated_first = std::move(notes.first);
    out.remembered = notes.gave_up ? notes.distinct : 0;
    out.contacts = contacts_.size();
    out.named_contacts = contacts_.size() + unsent_contacts_.size_without(contacts_);
    out.contacts_are_more = contacts_.gave_up();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const bool seen = (seen_columns_ >> i & 1) != 0;
        (seen ? out.used_columns : out.missing_columns).push_back(columns_[i]);
    }
    return out;
}

} // namespace noteload::run
