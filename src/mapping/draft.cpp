#include "noteload/mapping/draft.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "noteload/mapping/field_values.hpp"
#include "noteload/mapping/guess_dates.hpp"
#include "noteload/mapping/header_check.hpp"
#include "noteload/mapping/mapping_file.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

constexpr std::size_t most_dates = 5000;
constexpr std::size_t most_types = 100;

constexpr std::string_view empty_tables = R"toml(
# key = "…"                      # a row whose key was imported before is skipped

# [contactId]
# column = "…"
# by = "id"                      # or "file:contacts.csv", "reference:SOURCE", "email"

# [type]
# column = "…"
# values = { "Phone call" = "Call", "" = "General" }
# otherwise = "General"          # without it an unknown type is invalid

# [note]
# column = "…"                   # or template = "{One Column}\n\n(Recorded by {Another})"
# source_format = "text"         # "html": made plain text

# [noteDateTime]
# column = "…"                   # or columns = ["Date", "Time"]
# formats = ["%m/%d/%Y"]
# zone = "America/New_York"

# [important]
# column = "…"
# true = ["Yes", "X", "1"]

# [private]
# column = "…"

# [timeSpent]
# column = "…"
# unit = "minutes"               # also "hours", "hh:mm"
)toml";

/// A column in a template: its braces would be the template's.
std::string placeholder(std::string_view column) {
    return fmt::format("{{{}}}", column);
}

bool can_stand_in_template(std::string_view column) {
    return column.find_first_of("{}") == std::string_view::npos;
}

} // namespace

draft::draft(std::string file, std::vector<std::string> columns)
    : file_(std::move(file)), columns_(std::move(columns)) {
    const auto all = known_exports();
    const auto fits = [this](const known_export& e) {
        return !find(e.contact).empty() &&
               std::all_of(e.must.begin(), e.must.end(),
                           [this](column_names names) { return !find(names).empty(); });
    };
    const auto found = std::find_if(all.begin(), all.end(), fits);
    export_ = found == all.end() ? nullptr : &*found;
    type_ = export_ == nullptr ? "" : find(export_->type);
    date_ = export_ == nullptr ? "" : find(export_->date);
    for (const auto& name : {type_, date_}) {
        if (!name.empty()) {
            wanted_.push_back(name);
        }
    }
}

std::string_view draft::system() const noexcept {
    return export_ == nullptr ? std::string_view{} : export_->system;
}

std::string draft::find(column_names names) const {
    while (!names.empty()) {
        const auto bar = std::min(names.find('|'), names.size());
        const auto one = names.substr(0, bar);
        for (const auto& column : columns_) {
            if (same_column(column, one)) {
                return std::string(trimmed(column));
            }
        }
        names.remove_prefix(std::min(bar + 1, names.size()));
    }
    return {};
}

void draft::see(std::span<const cell> cells) {
    if (cells.size() != wanted_.size()) {
        return; // a record that cannot be read
    }
    ++seen_;
    std::size_t at = 0;
    if (!type_.empty()) {
        const std::string type(is_empty(cells[at]) ? "" : trimmed(cells[at].text));
        ++at;
        if (types_.size() < most_types || types_.contains(type)) {
            ++types_[type];
        }
    }
    if (!date_.empty() && !is_empty(cells[at]) && dates_.size() < most_dates) {
        dates_.emplace_back(trimmed(cells[at].text));
    }
}

std::string draft::type_table() const {
    if (type_.empty()) {
        return "\n# The export has no types: every note is of this one.\n[type]\n"
               "otherwise = \"General\"\n";
    }
    auto out = fmt::format(
        "\n[type]\ncolumn = {}\n"
        "# otherwise = \"General\"   # for every type that is not below; else those are invalid\n"
        "\n# What stands in the file, and your organisation's type for it.\n[type.values]\n",
        toml_text(type_));
    const auto known_type = [this](std::string_view type) {
        for (const auto& [from, to] : export_->types) {
            if (equal_without_case(from, type)) {
                return to;
            }
        }
        return std::string_view{};
    };
    for (const auto& [type, rows] : types_) {
        const auto to = known_type(type);
        out += fmt::format("{}{} = {}   # {} {}{}\n", to.empty() ? "# " : "", toml_text(type),
                           toml_text(to.empty() ? "General" : to), with_thousands(rows),
                           rows == 1 ? "row" : "rows",
                           !to.empty()    ? ""
                           : type.empty() ? ", invalid while this line is a comment"
                                          : ", taken as it is while this line is a comment");
    }
    return out;
}

std::string draft::note_table() const {
    const auto note = find(export_->note);
    const auto title = find(export_->title);
    const auto author = find(export_->author);
    std::string out = "\n[note]\n";
    const bool simple =
        (title.empty() && author.empty()) || !can_stand_in_template(note + title + author);
    if (simple) {
        out += fmt::format("column = {}\n", toml_text(note));
    } else {
        auto text = title.empty() ? "" : placeholder(title) + "\n\n";
        text += placeholder(note);
        text += author.empty() ? "" : "\n\n(Recorded by " + placeholder(author) + ")";
        out += fmt::format("template = {}\n", toml_text(text));
    }
    if (export_->is_html) {
        out += "source_format = \"html\"   # made plain text\n";
    }
    return out;
}

std::string draft::date_table() const {
    if (date_.empty()) {
        return {};
    }
    auto out = fmt::format("\n[noteDateTime]\ncolumn = {}\n", toml_text(date_));
    const auto guess = guess_formats(dates_);
    std::string formats;
    for (const auto& f : guess.formats) {
        formats += (formats.empty() ? "" : ", ") + toml_text(f);
    }
    if (formats.empty()) {
        out += "# formats = [\"%m/%d/%Y\"]   # none of the usual ones fits: write your own\n";
    } else {
        out += fmt::format("formats = [{}]   # fits {} of the {} dates that were looked at\n",
                           formats, with_thousands(guess.covered), with_thousands(dates_.size()));
    }
    if (!guess.as_well.empty()) {
        out += fmt::format(
            "# Look at this: {} fits as well, and nothing in those dates tells which "
            "is right.\n",
            toml_text(guess.as_well));
    }
    if (guess.needs_pivot) {
        out += "pivot = 1950   # two-digit years are 1950 to 2049\n";
    }
    out +=
        "# zone = \"America/New_York\"   # where the times were written, if not in your "
        "organisation's zone\n";
    return out;
}

std::string draft::known() const {
    auto out = fmt::format(
        "# A first mapping for {}: an export of {}.\n# Its columns are taken from "
        "{}.\n# Look through it, then: noteload check --mapping THIS-FILE {}\n",
        printable(file_, 200), export_->system, export_->source, printable(file_, 200));
    if (const auto key = find(export_->key); !key.empty()) {
        out += fmt::format("\nkey = {}   # a row whose key was imported before is skipped\n",
                           toml_text(key));
    }
    const auto contact = find(export_->contact);
    const bool as_said = export_->by != "email" || same_column(contact, "email");
    const auto by =
        as_said ? std::string(export_->by) : "reference:" + std::string(export_->system);
    out += fmt::format(
        "\n[contactId]\ncolumn = {}\nby = {}   # or \"file:contacts.csv\", with the "
        "columns {} and contactId\n",
        toml_text(contact), toml_text(by), printable(contact, 60));
    out += type_table() + note_table() + date_table();
    if (const auto is_private = find(export_->is_private); !is_private.empty()) {
        out += fmt::format("\n[private]\ncolumn = {}\n", toml_text(is_private));
    }
    if (const auto time = find(export_->time_spent); !time.empty()) {
        out += fmt::format("\n[timeSpent]\ncolumn = {}\nunit = \"minutes\"\n", toml_text(time));
    }
    return out;
}

std::string draft::skeleton() const {
    auto out = fmt::format(
        "# A first mapping for {}, whose columns are of no export that is known "
        "here.\n# Put the right columns in, and take the # away where a line is "
        "needed.\n# The columns found:\n",
        printable(file_, 200));
    for (const auto& column : columns_) {
        out += "#     " + toml_text(column) + "\n";
    }
    if (!find("contactId").empty() && !find("type").empty() && !find("note").empty()) {
        out += "# They have the fields' own names: without a mapping file they are read as well.\n";
    }
    return out += empty_tables;
}

std::string draft::to_toml() const {
    return export_ == nullptr ? skeleton() : known();
}

} // namespace noteload::mapping
