#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "noteload/mapping/date_format.hpp"
#include "noteload/mapping/mapping_file.hpp"
#include "noteload/mapping/note_template.hpp"
#include "noteload/mapping/note_text.hpp"
#include "noteload/mapping/rule_mapper.hpp"
#include "noteload/text.hpp"
#include "toml_table.hpp"

namespace noteload::mapping {

namespace {

constexpr std::size_t most_told = 20;
constexpr std::int64_t longest_note = 1 << 30;

std::string in_quotes(std::string_view text) {
    return '"' + printable(text, 60) + '"';
}

std::string own(std::string_view text) {
    return std::string(trimmed(text));
}

contact_rule read_contact(toml_table t) {
    contact_rule r;
    if (!t.is_there()) {
        return r;
    }
    if (const auto column = t.text("column")) {
        r.column = own(*column);
    } else {
        t.complain("column", "name the column that tells the contact");
    }
    const auto by = t.text("by").value_or("id");
    const auto source = trimmed(std::string_view(by).substr(std::min(by.find(':') + 1, by.size())));
    if (by == "email") {
        r.by = contact_by::email;
    } else if (by.starts_with("reference:") && !source.empty()) {
        r.by = contact_by::reference;
        r.source = source;
    } else if (by.starts_with("file:") && !source.empty()) {
        r.by = contact_by::file;
        r.source = source;
    } else if (by != "id") {
        t.complain("by", in_quotes(by) +
                             " is not one of \"id\", \"reference:SOURCE\", \"email\", "
                             "\"file:contacts.csv\"");
    }
    if (const auto hash = t.text("hash")) {
        r.hash = *hash;
        if (r.by != contact_by::file) {
            t.complain("hash", "is for by = \"file:…\" alone: remove it");
        }
    }
    t.finish();
    return r;
}

/// Reports names that are equal but for their case.
void refuse_twice(toml_table& t, std::string_view key, const std::vector<std::string>& texts) {
    std::set<std::string> seen;
    for (const auto& text : texts) {
        if (!seen.insert(lower_case(trimmed(text))).second) {
            t.complain(key, in_quotes(text) + " is there twice (case does not count): keep one");
        }
    }
}

type_rule read_type(toml_table t) {
    type_rule r;
    if (!t.is_there()) {
        return r;
    }
    r.column = own(t.text("column").value_or(""));
    r.values = t.pairs("values");
    r.otherwise = own(t.text("otherwise").value_or(""));
    std::vector<std::string> from;
    for (const auto& [name, to] : r.values) {
        from.push_back(name);
    }
    refuse_twice(t, "values", from);
    std::sort(r.values.begin(), r.values.end());
    if (r.column.empty() && (r.otherwise.empty() || !r.values.empty())) {
        t.complain("column",
                   "name the column of the type; or write `otherwise` alone, for notes "
                   "that are all of one type");
        r = {};
    }
    t.finish();
    return r;
}

void check_template(toml_table& t, const std::string& pattern) {
    if (const auto parsed = parse_template(pattern); !parsed) {
        t.complain("template", parsed.error().message);
    }
}

note_rule read_note(toml_table t) {
    note_rule r;
    if (!t.is_there()) {
        return r;
    }
    const auto column = t.text("column");
    r.pattern = t.text("template").value_or("");
    r.column = own(column.value_or(""));
    if (r.column.empty() == r.pattern.empty()) {
        t.complain(r.column.empty() ? "column" : "template",
                   "name the note's text by either `column` or `template`");
        r = {};
    } else if (!r.pattern.empty()) {
        check_template(t, r.pattern);
    }
    r.format = t.word("format", {"text", "html"}, text_format::text);
    r.source_format = t.word("source_format", {"text", "html"}, text_format::text);
    r.pictures = t.word("pictures", {"keep", "drop with a mark", "invalid"}, picture_rule::keep);
    r.max_length = t.number("max_length");
    const auto over = t.text("over");
    if (over == "split") {
        t.complain("over",
                   "\"split\" would make several notes of one row, and a row has one "
                   "outcome and one note: write \"truncate\" or \"invalid\", or split the "
                   "text over several rows of the file");
    } else if (over && over != "invalid" && over != "truncate") {
        t.complain("over", in_quotes(*over) + " is not one of \"invalid\", \"truncate\"");
    } else if (over && !r.max_length) {
        t.complain("over", "says what to do with a note over max_length: write that too");
    }
    if (over == "truncate") {
        r.over = over_rule::truncate;
        if (r.max_length && *r.max_length < static_cast<std::int64_t>(least_truncated)) {
            t.complain("max_length",
                       fmt::format("at least {} is expected with over = \"truncate\", "
                                   "for the mark that it leaves",
                                   least_truncated));
        }
        if (r.format == text_format::html && r.source_format == text_format::html) {
            t.complain("over",
                       "\"truncate\" would cut through the HTML that is kept: write "
                       "\"invalid\", or format = \"text\"");
        }
    }
    if (r.max_length && (*r.max_length < 1 || *r.max_length > longest_note)) {
        t.complain("max_length", "a number of characters from 1 is expected");
    }
    t.finish();
    return r;
}

/// Two formats that differ in the order of day and month read one text as two dates.
void refuse_exchanged(toml_table& t, const std::vector<date_format>& formats) {
    for (std::size_t i = 0; i < formats.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (formats[i].exchanged() == formats[j] || formats[i] == formats[j]) {
                t.complain("formats",
                           formats[i] == formats[j]
                               ? "one format is there twice: keep one"
                               : "two formats differ in the order of day and month alone, so that "
                                 "04/10/2017 would be a guess: keep the one that is right");
            }
        }
    }
}

date_rule read_date(toml_table t) {
    date_rule r;
    if (!t.is_there()) {
        return r;
    }
    const auto column = t.text("column");
    const auto columns = t.texts("columns");
    if (column && columns) {
        t.complain("columns", "write either `column` or `columns`");
    }
    r.columns = columns.value_or(std::vector{column.value_or(r.columns[0])});
    for (auto& name : r.columns) {
        name = own(name);
    }
    refuse_twice(t, "columns", r.columns);
    const auto patterns = t.texts("formats");
    r.formats = patterns.value_or(r.formats);
    r.zone = own(t.text("zone").value_or(""));
    r.first_day = t.word("partial", {"invalid", "first"}, 0) == 1;
    r.pivot = t.number("pivot");
    std::vector<date_format> formats;
    for (const auto& pattern : r.formats) {
        const auto format = date_format::compile(pattern);
        if (!format) {
            t.complain("formats", format.error().message);
            continue;
        }
        formats.push_back(*format);
        if (format->needs_pivot() && !r.pivot) {
            t.complain("formats", in_quotes(pattern) +
                                      " has years of two digits: say with `pivot` which is the "
                                      "first of the hundred years that are meant, such as "
                                      "pivot = 1950");
        }
        if (!format->is_whole() && !r.first_day) {
            t.complain("formats", in_quotes(pattern) +
                                      " has no day: write partial = \"first\" to "
                                      "take the first one");
        }
    }
    refuse_exchanged(t, formats);
    if (!r.zone.empty() && find_zone(r.zone) == nullptr) {
        t.complain("zone", in_quotes(r.zone) +
                               " is no time zone that this machine knows: write a "
                               "name such as \"America/New_York\"");
    }
    if (r.pivot && (*r.pivot < 1753 || *r.pivot > 9900)) {
        t.complain("pivot",
                   "a year of four digits is expected: two-digit years are those from it "
                   "to 99 later");
    }
    t.finish();
    return r;
}

flag_rule read_flag(toml_table t, flag_rule r) {
    if (!t.is_there()) {
        return r;
    }
    r.column = own(t.text("column").value_or(r.column));
    r.yes = t.texts("true", true);
    r.no = t.texts("false", true);
    std::vector<std::string> all;
    for (auto* list : {&r.yes, &r.no}) {
        for (auto& word : list->has_value() ? **list : all) {
            word = own(word);
        }
        if (*list) {
            all.insert(all.end(), (*list)->begin(), (*list)->end());
        }
    }
    refuse_twice(t, r.no ? "false" : "true", all);
    t.finish();
    return r;
}

time_rule read_time(toml_table t) {
    time_rule r;
    if (!t.is_there()) {
        return r;
    }
    r.column = own(t.text("column").value_or(r.column));
    r.unit = t.word("unit", {"minutes", "hours", "hh:mm"}, time_unit::minutes);
    t.finish();
    return r;
}

mapping_rules read_all(const toml::table& whole, mapping_problems& problems) {
    toml_table top(&whole, "", problems);
    mapping_rules r;
    r.key = own(top.text("key").value_or(""));
    const auto table = [&](std::string_view name) {
        return toml_table(top.table(name), fmt::format("[{}] ", name), problems);
    };
    r.contact = read_contact(table("contactId"));
    r.type = read_type(table("type"));
    r.note = read_note(table("note"));
    r.date = read_date(table("noteDateTime"));
    r.important = read_flag(table("important"), std::move(r.important));
    r.is_private = read_flag(table("private"), std::move(r.is_private));
    r.time_spent = read_time(table("timeSpent"));
    top.finish();
    return r;
}

failure told(std::string_view name, mapping_problems problems) {
    std::stable_sort(problems.begin(), problems.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    std::string out;
    for (std::size_t i = 0; i < std::min(problems.size(), most_told); ++i) {
        out += fmt::format("{}{}:{}: {}", out.empty() ? "" : "\n", printable(name, 200),
                           problems[i].line, problems[i].text);
    }
    if (problems.size() > most_told) {
        out += fmt::format("\nand {} more", problems.size() - most_told);
    }
    return {errc::usage, out};
}

} // namespace

result<mapping_rules> parse_mapping(std::string_view text, std::string_view name) {
    if (text.size() > largest_mapping) {
        return told(name, {{1, "this is over 1 MiB: is it a mapping file?"}});
    }
    mapping_problems problems;
    mapping_rules rules;
    try {
        const auto whole = toml::parse(text);
        rules = read_all(whole, problems);
    } catch (const toml::parse_error& e) {
        return told(name, {{e.source().begin.line,
                            fmt::format("this is not TOML: {}. Texts stand in quotes, and a "
                                        "backslash in them is doubled",
                                        printable(e.description(), 300))}});
    }
    if (problems.empty()) {
        const auto columns = rule_mapper(rules, nullptr, nullptr).columns().names().size();
        if (columns > most_columns) {
            problems.push_back({1, fmt::format("{} columns are read, and {} is the most: leave "
                                               "some out of the template",
                                               columns, most_columns)});
        }
    }
    if (!problems.empty()) {
        return told(name, std::move(problems));
    }
    return rules;
}

} // namespace noteload::mapping
