#include "noteload/mapping/rule_mapper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "noteload/mapping/excel.hpp"
#include "noteload/mapping/field_values.hpp"
#include "noteload/mapping/header_check.hpp"
#include "noteload/mapping/note_mapper.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

constexpr std::array<std::string_view, 5> yes_words = {"true", "yes", "y", "t", "1"};
constexpr std::array<std::string_view, 5> no_words = {"false", "no", "n", "f", "0"};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool less_without_case(std::string_view a, std::string_view b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](char x, char y) { return lower(x) < lower(y); });
}

bool may_be_id(const cell& c) {
    return c.kind == cell_kind::text || c.kind == cell_kind::number;
}

std::string why_missing(const cell& c, const std::string& column) {
    const auto name = printable(column, 40);
    return c.kind == cell_kind::absent ? "there is no field " + name : name + " is empty";
}

std::string_view kind_of_value(contact_by by) {
    return by == contact_by::reference ? "reference"
           : by == contact_by::email   ? "address"
                                       : "former id";
}

} // namespace

std::size_t column_set::take(std::string_view name, bool required) {
    const auto same = [name](const std::string& known) { return same_column(known, name); };
    const auto found = std::find_if(names_.begin(), names_.end(), same);
    const auto at = static_cast<std::size_t>(found - names_.begin());
    if (found == names_.end()) {
        names_.emplace_back(trimmed(name));
        required_.push_back(false);
    }
    required_[at] = required_[at] || required;
    return at;
}

rule_mapper::rule_mapper(const mapping_rules& rules,
                         std::shared_ptr<const contact_resolver> resolver, const note_types* types)
    : rules_(rules),
      resolver_(std::move(resolver)),
      contact_at_(columns_.take(rules.contact.column, true)),
      otherwise_(rules.type.otherwise),
      text_(rules.note, [this](const std::string& name) { return columns_.take(name, true); }),
      date_(rules.date) {
    const mapping_rules plain;
    if (!rules.type.column.empty()) {
        type_at_ = columns_.take(rules.type.column, true);
    }
    for (const auto& name : rules.date.columns) {
        dates_at_.push_back(columns_.take(name, rules.date != plain.date));
    }
    dates_.resize(dates_at_.size());
    important_ = flag_of(rules.important, rules.important != plain.important);
    private_ = flag_of(rules.is_private, rules.is_private != plain.is_private);
    time_at_ = columns_.take(rules.time_spent.column, rules.time_spent != plain.time_spent);
    if (!rules.key.empty()) {
        key_at_ = columns_.take(rules.key, true);
    }
    const auto own = [types](const std::string& name) {
        const auto found = types == nullptr ? std::nullopt : types->find(name);
        return std::string(found.value_or(name));
    };
    for (const auto& [from, to] : rules.type.values) {
        types_.push_back({from, own(to)});
    }
    std::sort(types_.begin(), types_.end(), [](const known_type& a, const known_type& b) {
        return less_without_case(a.from, b.from);
    });
    otherwise_ = otherwise_.empty() ? otherwise_ : own(otherwise_);
}

rule_mapper::flag rule_mapper::flag_of(const flag_rule& rule, bool required) {
    flag out{.column = columns_.take(rule.column, required), .words = {}};
    if (!rule.yes && !rule.no) {
        return out;
    }
    const auto add = [&out](std::string_view word, bool meaning) {
        const auto same = [word](const known_flag& f) { return equal_without_case(f.word, word); };
        if (std::none_of(out.words.begin(), out.words.end(), same)) {
            out.words.push_back({std::string(word), meaning});
        }
    };
    // What the file says goes before the words of a list that it leaves out.
    for (const auto& word : rule.yes.value_or(std::vector<std::string>{})) {
        add(word, true);
    }
    for (const auto& word : rule.no.value_or(std::vector<std::string>{})) {
        add(word, false);
    }
    if (!rule.yes || !rule.no) {
        for (const auto word : rule.yes ? no_words : yes_words) {
            add(word, !rule.yes);
        }
    }
    return out;
}

void rule_mapper::map_contact(const cell& from, mapped_note& into) const {
    const auto& rule = rules_.contact;
    if (is_empty(from)) {
        into.faults.push_back({reason::missing_contact_id, why_missing(from, rule.column)});
        return;
    }
    if (const auto left = excel_leaving_of_id(from)) {
        into.faults.push_back({*left, explain_leaving(*left, from)});
        return;
    }
    if (rule.by == contact_by::id) {
        if (const auto id = read_contact_id(from)) {
            into.note.contact_id = *id;
        } else {
            into.faults.push_back({reason::bad_contact_id, why_no_contact_id(from)});
        }
        return;
    }
    const auto value = trimmed(from.text);
    if (!may_be_id(from) ||
        (rule.by == contact_by::email && value.find('@') == std::string_view::npos)) {
        into.faults.push_back(
            {reason::bad_contact_id,
             fmt::format("{} is not {}", quoted(from),
                         rule.by == contact_by::email ? "an e-mail address" : "an id")});
        return;
    }
    if (!resolver_) {
        return;
    }
    if (const auto id = resolver_->find(value)) {
        into.note.contact_id = *id;
    } else {
        into.faults.push_back(
            {reason::unknown_contact, fmt::format("no contact is known by the {} {}",
                                                  kind_of_value(rule.by), quoted(from))});
    }
}

const rule_mapper::known_type* rule_mapper::find_type(std::string_view text) const {
    const auto found = std::lower_bound(types_.begin(), types_.end(), text,
                                        [](const known_type& t, std::string_view wanted) {
                                            return less_without_case(t.from, wanted);
                                        });
    return found != types_.end() && equal_without_case(found->from, text) ? &*found : nullptr;
}

/// True where the type is `otherwise` for want of a better.
bool rule_mapper::map_type(const record& from, const note_types* types, mapped_note& into) const {
    if (rules_.type.column.empty()) {
        into.note.type = otherwise_;
        return false;
    }
    const auto& c = from.cells[type_at_];
    const bool empty = is_empty(c);
    const auto text = empty ? std::string_view{} : trimmed(c.text);
    const auto* known = c.kind == cell_kind::nested ? nullptr : find_type(text);
    if (known != nullptr) {
        into.note.type = known->to;
        return false;
    }
    if (const auto left = excel_leaving(c)) {
        into.faults.push_back({*left, explain_leaving(*left, c)});
        return false;
    }
    const bool may_be_own = !empty && c.kind != cell_kind::nested;
    const auto own = may_be_own && types != nullptr ? types->find(text) : std::nullopt;
    if (own || (may_be_own && types == nullptr)) {
        into.note.type = own.value_or(text);
    } else if (!otherwise_.empty() && c.kind != cell_kind::nested) {
        into.note.type = otherwise_;
        return true;
    } else if (empty) {
        into.faults.push_back({reason::missing_type, why_missing(c, rules_.type.column)});
    } else {
        into.faults.push_back(
            {reason::unknown_type,
             fmt::format("{} is neither in the mapping's values nor one of the organisation's note "
                         "types{}",
                         quoted(c), types == nullptr ? "" : ": " + types->suggest(text))});
    }
    return false;
}

/// True where a year or month alone became a day.
bool rule_mapper::map_date(const record& from, const date_mapper::organization& to,
                           mapped_note& into) {
    for (std::size_t i = 0; i < dates_.size(); ++i) {
        dates_[i] = &from.cells[dates_at_[i]];
    }
    const auto date = date_.map(dates_, to, into.faults);
    into.note.note_date_time = date.text;
    auto& x = noticed_.exchange;
    x.either += date_.fits_exchanged_too() ? 1 : 0;
    x.only_as_written += date_.fits_only_as_written() ? 1 : 0;
    if (date_.fits_only_exchanged()) {
        ++x.only_exchanged;
        if (x.first.size() < notices::most_places) {
            x.first.push_back(from.at);
        }
    }
    return date.completed && !date.text.empty();
}

void rule_mapper::map_flag(const cell& from, const flag& rule, reason otherwise,
                           std::optional<bool>& to, mapped_note& into) {
    const bool empty = is_empty(from);
    const auto text = empty ? std::string_view{} : trimmed(from.text);
    if (rule.words.empty() || from.kind == cell_kind::boolean) {
        to = empty ? std::nullopt : read_boolean(from);
    } else if (from.kind != cell_kind::nested) {
        for (const auto& w : rule.words) {
            if (equal_without_case(w.word, text)) {
                to = w.meaning;
                return;
            }
        }
    }
    if (empty || to) {
        return;
    }
    if (const auto left = excel_leaving(from)) {
        into.faults.push_back({*left, explain_leaving(*left, from)});
    } else {
        into.faults.push_back(
            {otherwise, rule.words.empty() ? why_no_boolean(from)
                                           : quoted(from) + " is in neither of the mapping's lists "
                                                            "true and false: add it to one"});
    }
}

void rule_mapper::map_time(const cell& from, mapped_note& into) const {
    if (is_empty(from)) {
        return;
    }
    if (const auto left = excel_leaving_of_id(from)) {
        into.faults.push_back({*left, explain_leaving(*left, from)});
        return;
    }
    auto& to = into.note.time_spent;
    std::string (*why)(const cell&) = nullptr;
    switch (rules_.time_spent.unit) {
        case time_unit::minutes:
            to = read_minutes(from);
            why = why_no_minutes;
            break;
        case time_unit::hours:
            to = read_hours(from);
            why = why_no_hours;
            break;
        case time_unit::hh_mm:
            to = read_hh_mm(from);
            why = why_no_hh_mm;
            break;
    }
    if (!to) {
        into.faults.push_back({reason::bad_time_spent, why(from)});
    }
}

void rule_mapper::map(const record& from, const note_types* types,
                      const date_mapper::organization& to, mapped_note& into) {
    map_contact(from.cells[contact_at_], into);
    const bool otherwise = map_type(from, types, into);
    const auto text = text_.map(from.cells, into.faults);
    into.note.note = text.text;
    const bool completed = map_date(from, to, into);
    map_flag(from.cells[important_.column], important_, reason::bad_important, into.note.important,
             into);
    map_flag(from.cells[private_.column], private_, reason::bad_private, into.note.is_private,
             into);
    map_time(from.cells[time_at_], into);
    if (key_at_) {
        const auto& c = from.cells[*key_at_];
        into.key = may_be_id(c) ? trimmed(c.text) : std::string_view{};
        if (const auto left = excel_leaving_of_id(c)) {
            into.faults.push_back({*left, explain_leaving(*left, c)});
        }
    }
    if (!into.faults.empty()) {
        return; // only what is sent was changed
    }
    const std::pair<bool, notice> said[] = {{text.truncated, notice::note_truncated},
                                            {text.picture_left_out, notice::picture_left_out},
                                            {otherwise, notice::type_otherwise},
                                            {completed, notice::date_completed}};
    for (const auto& [is_so, what] : said) {
        if (is_so) {
            noticed_.add(what, from.at);
        }
    }
}

} // namespace noteload::mapping
