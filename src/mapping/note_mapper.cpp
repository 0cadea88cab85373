#include "noteload/mapping/note_mapper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "noteload/mapping/excel.hpp"
#include "noteload/mapping/field_values.hpp"
#include "noteload/mapping/fields.hpp"
#include "noteload/mapping/header_check.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

/// "No such field" and "nothing in it" are mended in different places, so they are told apart.
std::string why_missing(const cell& c, field f) {
    return c.kind == cell_kind::absent ? fmt::format("there is no field {}", to_word(f))
                                       : fmt::format("{} is empty", to_word(f));
}

/// A cell that cannot be what it should: where a spreadsheet spoilt it, that is the reason.
void blame(const cell& from, std::optional<reason> left, reason otherwise, std::string why,
           std::vector<fault>& faults) {
    if (left) {
        faults.push_back({*left, explain_leaving(*left, from)});
    } else {
        faults.push_back({otherwise, std::move(why)});
    }
}

void map_contact_id(const cell& from, mapped_note& into) {
    if (is_empty(from)) {
        into.faults.push_back({reason::missing_contact_id, why_missing(from, field::contact_id)});
    } else if (const auto id = read_contact_id(from)) {
        into.note.contact_id = *id;
    } else {
        blame(from, excel_leaving_of_id(from), reason::bad_contact_id, why_no_contact_id(from),
              into.faults);
    }
}

void map_note(const cell& from, mapped_note& into) {
    if (is_empty(from)) {
        into.faults.push_back({reason::missing_note, why_missing(from, field::note)});
    } else if (from.kind == cell_kind::nested) {
        into.faults.push_back({reason::bad_note, "note is an array or object: it must be a text"});
    } else if (const auto left = excel_leaving(from)) {
        // Without the cell: a note is never quoted.
        into.faults.push_back({*left, "note is what a spreadsheet left in place of the text"});
    } else {
        into.note.note = from.text;
    }
}

void map_boolean(const cell& from, reason otherwise, std::optional<bool>& to,
                 std::vector<fault>& faults) {
    if (is_empty(from)) {
        return;
    }
    to = read_boolean(from);
    if (!to) {
        blame(from, excel_leaving(from), otherwise, why_no_boolean(from), faults);
    }
}

void map_time_spent(const cell& from, mapped_note& into) {
    if (is_empty(from)) {
        return;
    }
    into.note.time_spent = read_minutes(from);
    if (!into.note.time_spent) {
        blame(from, excel_leaving_of_id(from), reason::bad_time_spent, why_no_minutes(from),
              into.faults);
    }
}

/// A type that the mapping file makes of others, and that the organisation has not, would make
/// every such row invalid: better said at once.
std::optional<failure> complain_of_types(const type_rule& rule, const note_types* types) {
    auto targets = rule.values;
    if (!rule.otherwise.empty()) {
        targets.emplace_back("otherwise", rule.otherwise);
    }
    for (const auto& [from, to] : targets) {
        if (types != nullptr && !types->find(to)) {
            return failure{
                errc::usage,
                fmt::format("the mapping file's [type] makes \"{}\" a \"{}\", which is not one of "
                            "the organisation's note types: {}. Nothing was sent",
                            printable(from, 40), printable(to, 40), types->suggest(to))};
        }
    }
    return std::nullopt;
}

/// Whether `write_date_time` would give `text`, of which `d` was parsed: most files have dates so.
bool is_as_written(const date_time& d, std::string_view text) {
    constexpr std::size_t day = 10;
    constexpr std::size_t second = 19;
    return text.size() == (d.has_time ? second : day) && (!d.has_time || text[day] == 'T');
}

std::string_view key_text(const cell& from) {
    const bool plain = from.kind == cell_kind::text || from.kind == cell_kind::number;
    return plain ? trimmed(from.text) : std::string_view{};
}

} // namespace

note_mapper::note_mapper(std::optional<note_types> types, const date::time_zone* zone,
                         std::string key)
    : types_(std::move(types)), zone_(zone), columns_(field_names.begin(), field_names.end()) {
    rules_.key = key;
    if (key.empty()) {
        return;
    }
    const auto at = std::find_if(columns_.begin(), columns_.end(), [&](const std::string& column) {
        return same_column(column, key);
    });
    key_at_ = static_cast<std::size_t>(at - columns_.begin());
    if (at == columns_.end()) {
        columns_.push_back(std::move(key));
    }
}

result<note_mapper> note_mapper::by_field_name(std::optional<organization_facts> facts,
                                               std::string key) {
    if (!key.empty() && trimmed(key).empty()) {
        return failure{errc::usage, "the key column's name is blank: name a column of the file"};
    }
    key = std::string(trimmed(key));
    if (!facts) {
        return note_mapper(std::nullopt, nullptr, std::move(key));
    }
    if (facts->types.empty()) {
        return failure{errc::organization,
                       "the organisation lists no note types, so no note can be made: add one in "
                       "Virtuous, or check that the token may read them"};
    }
    // A zone that this machine does not know (or a server that names none) is no reason to stop:
    // only dates with Z or an offset need it.
    const auto* zone = find_zone(facts->time_zone);
    return note_mapper(note_types(std::move(facts->types)), zone, std::move(key));
}

result<note_mapper> note_mapper::by_rules(std::optional<organization_facts> facts,
                                          const mapping_rules& rules,
                                          std::shared_ptr<const contact_resolver> resolver) {
    auto made = by_field_name(std::move(facts), rules.key);
    if (!made || is_by_field_name(rules)) {
        return made;
    }
    const auto* types = made->types_ ? &*made->types_ : nullptr;
    if (auto complaint = complain_of_types(rules.type, types)) {
        return *complaint;
    }
    made->rules_ = rules;
    made->by_rules_.emplace(rules, std::move(resolver), types);
    made->columns_ = made->by_rules_->columns().names();
    return made;
}

const notices& note_mapper::noticed() const noexcept {
    static const notices nothing;
    return by_rules_ ? by_rules_->noticed() : nothing;
}

void note_mapper::forget_noticed() noexcept {
    if (by_rules_) {
        by_rules_->forget_noticed();
    }
}

bool note_mapper::map(const record& from, mapped_note& into) {
    into.note = {};
    into.key = {};
    into.faults.assign(from.faults.begin(), from.faults.end());
    if (!into.faults.empty() && from.cells.empty()) {
        return false;
    }
    if (from.cells.size() != columns_.size()) {
        throw std::logic_error("a record that was not read with the mapper's columns");
    }
    if (by_rules_) {
        by_rules_->map(from, types_ ? &*types_ : nullptr, {types_.has_value(), zone_}, into);
        return into.faults.empty();
    }
    const auto at = [&](field f) -> const cell& { return from.cells[static_cast<std::size_t>(f)]; };
    map_contact_id(at(field::contact_id), into);
    map_type(at(field::type), into);
    map_note(at(field::note), into);
    map_date(at(field::note_date_time), into);
    map_boolean(at(field::important), reason::bad_important, into.note.important, into.faults);
    map_boolean(at(field::is_private), reason::bad_private, into.note.is_private, into.faults);
    map_time_spent(at(field::time_spent), into);
    if (key_at_) {
        into.key = key_text(from.cells[*key_at_]);
    }
    return into.faults.empty();
}

void note_mapper::map_type(const cell& from, mapped_note& into) const {
    if (is_empty(from)) {
        into.faults.push_back({reason::missing_type, why_missing(from, field::type)});
    } else if (from.kind == cell_kind::nested) {
        into.faults.push_back({reason::unknown_type, quoted(from) + " is no note type"});
    } else if (const auto left = excel_leaving(from)) {
        into.faults.push_back({*left, explain_leaving(*left, from)});
    } else if (!types_) {
        into.note.type = trimmed(from.text);
    } else if (const auto own = types_->find(from.text)) {
        into.note.type = *own;
    } else {
        into.faults.push_back(
            {reason::unknown_type, fmt::format("{} is not one of the organisation's note types: {}",
                                               quoted(from), types_->suggest(from.text))});
    }
}

void note_mapper::map_date(const cell& from, mapped_note& into) {
    if (is_empty(from)) {
        return;
    }
    if (from.kind != cell_kind::text) {
        into.faults.push_back({reason::bad_date, quoted(from) + " is not a date: write it as text, "
                                                                "such as \"2017-10-04\""});
        return;
    }
    const auto text = trimmed(from.text);
    const auto parsed = parse_date_time(text);
    if (parsed.problem != date_problem::none) {
        blame(from, excel_leaving(from), reason::bad_date, explain(parsed.problem, text),
              into.faults);
    } else if (parsed.value.offset && !types_) {
        into.note.note_date_time = text;
    } else if (parsed.value.offset && zone_ == nullptr) {
        into.faults.push_back(
            {reason::bad_date,
             quoted(from) + " cannot be brought into the organisation's time zone, which is not "
                            "known here: write local times without Z or an offset"});
    } else if (parsed.value.offset) {
        into.note.note_date_time = write_date_time(in_zone(parsed.value, *zone_), date_);
    } else if (is_as_written(parsed.value, text)) {
        into.note.note_date_time = text;
    } else {
        into.note.note_date_time = write_date_time(parsed.value, date_);
    }
}

} // namespace noteload::mapping
