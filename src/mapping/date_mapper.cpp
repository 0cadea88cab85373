#include "noteload/mapping/date_mapper.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "noteload/mapping/excel.hpp"
#include "noteload/mapping/field_values.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

/// Days since 1900, as a spreadsheet keeps a date: `43831`, `43831.5`.
bool is_serial(std::string_view text) {
    const auto whole = text.substr(0, text.find('.'));
    return whole.size() == 5 && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

} // namespace

date_mapper::date_mapper(const date_rule& rules)
    : rules_(rules), zone_(rules.zone.empty() ? nullptr : find_zone(rules.zone)) {
    for (const auto& pattern : rules.formats) {
        auto format = date_format::compile(pattern).value();
        auto exchanged = format.exchanged();
        forms_.push_back({std::move(format), std::move(exchanged)});
    }
}

std::string_view date_mapper::joined(const std::vector<const cell*>& cells) {
    if (cells.size() == 1) {
        return trimmed(cells[0]->text);
    }
    joined_.clear();
    for (const auto* c : cells) {
        if (!is_empty(*c)) {
            joined_ += joined_.empty() ? "" : " ";
            joined_ += trimmed(c->text);
        }
    }
    return joined_;
}

/// The first format that fits; or else the problem of the one that came nearest.
parsed_date date_mapper::parse(std::string_view text, bool& completed) {
    const int pivot = static_cast<int>(rules_.pivot.value_or(0));
    parsed_date best;
    for (const auto& f : forms_) {
        const auto found = f.format.match(text, pivot);
        if (found.problem == date_problem::none) {
            completed = !f.format.is_whole();
            look_exchanged(text, found, &f.format);
            return found;
        }
        best = best.problem == date_problem::form ? found : best;
    }
    if (const auto part = parse_partial_date(text); part.problem == date_problem::none) {
        completed = true;
        return rules_.first_day ? part : parsed_date{};
    }
    look_exchanged(text, best, nullptr);
    return best;
}

void date_mapper::look_exchanged(std::string_view text, const parsed_date& found,
                                 const date_format* format) {
    const int pivot = static_cast<int>(rules_.pivot.value_or(0));
    for (const auto& f : forms_) {
        if (!f.exchanged || (format != nullptr && format != &f.format)) {
            continue;
        }
        const auto other = f.exchanged->match(text, pivot);
        if (format == nullptr) {
            only_exchanged_ = only_exchanged_ || other.problem == date_problem::none;
        } else if (other.problem != date_problem::none) {
            only_as_written_ = true;
        } else {
            either_ = other.value != found.value;
        }
    }
}

std::string date_mapper::why(date_problem problem, std::string_view text) const {
    const auto value = '"' + printable(text, 40) + '"';
    if (problem != date_problem::form) {
        auto out = explain(problem, text);
        return only_exchanged_ ? out + ", but would be with day and month exchanged" : out;
    }
    if (parse_partial_date(text).problem == date_problem::none) {
        return value + " is not a whole date: partial = \"first\" would take its first day";
    }
    if (is_serial(text)) {
        return value + " looks like a spreadsheet's number of a day: export the column as dates";
    }
    std::string known;
    for (const auto& pattern : rules_.formats) {
        known += (known.empty() ? "" : ", ") +
                 (equal_without_case(pattern, "iso") ? "2017-10-04T15:30:00" : pattern);
    }
    return fmt::format("{} does not fit {}{}", value, rules_.formats.size() == 1 ? "" : "any of ",
                       printable(known, 200));
}

mapped_date date_mapper::map(const std::vector<const cell*>& cells, const organization& to,
                             std::vector<fault>& faults) {
    only_exchanged_ = either_ = only_as_written_ = false;
    const auto is_nothing = [](const cell* c) { return is_empty(*c); };
    if (std::all_of(cells.begin(), cells.end(), is_nothing)) {
        return {};
    }
    for (const auto* c : cells) {
        if (const auto left = excel_leaving(*c)) {
            faults.push_back({*left, explain_leaving(*left, *c)});
            return {};
        }
        if (!is_empty(*c) && c->kind != cell_kind::text) {
            faults.push_back({reason::bad_date, quoted(*c) + " is not a date: write it as text"});
            return {};
        }
    }
    const auto text = joined(cells);
    mapped_date out;
    auto found = parse(text, out.completed);
    if (found.problem == date_problem::none && found.value.has_time && !found.value.offset &&
        zone_ != nullptr) {
        if (to.known && to.zone == nullptr) {
            faults.push_back(
                {reason::bad_date, quoted(*cells[0]) +
                                       " cannot be brought into the organisation's time "
                                       "zone, which is not known here: leave out `zone`"});
            return {};
        }
        found = from_zone(found.value, *zone_, to.zone);
    }
    if (found.problem == date_problem::none && found.value.offset && to.known) {
        if (to.zone == nullptr) {
            faults.push_back({reason::bad_date,
                              quoted(*cells[0]) + " cannot be brought into the organisation's time "
                                                  "zone, which is not known here"});
            return {};
        }
        found.value = in_zone(found.value, *to.zone);
    }
    if (found.problem != date_problem::none) {
        faults.push_back({reason::bad_date, why(found.problem, text)});
        return {};
    }
    // Offline nobody knows the organisation's zone: the value is shown as it was written.
    out.text = found.value.offset ? text : write_date_time(found.value, written_);
    return out;
}

} // namespace noteload::mapping
