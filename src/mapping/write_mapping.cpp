// Rules as a mapping file.

#include <fmt/format.h>

#include "noteload/json_text.hpp"
#include "noteload/mapping/mapping_file.hpp"

namespace noteload::mapping {

// A TOML basic string is a JSON string, but for DEL, which TOML wants escaped.
std::string toml_text(std::string_view text) {
    std::string json;
    append_json_string(json, text);
    std::string out;
    for (const char c : json) {
        c == '\x7F' ? out += "\\u007f" : out += c;
    }
    return out;
}

namespace {

std::string list_text(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& t : texts) {
        out += (out.empty() ? "" : ", ") + toml_text(t);
    }
    return '[' + out + ']';
}

/// Lines `key = value` under a table's name.
class table_writer {
public:
    table_writer(std::string& out, std::string_view name) : out_(out) {
        out_ += out_.empty() || out_.ends_with("\n\n") ? "" : "\n";
        out_ += fmt::format("[{}]\n", name);
    }

    void raw(std::string_view key, std::string_view value) {
        out_ += fmt::format("{} = {}\n", key, value);
    }
    void text(std::string_view key, std::string_view value) { raw(key, toml_text(value)); }
    void text_if(std::string_view key, std::string_view value) {
        if (!value.empty()) {
            text(key, value);
        }
    }

private:
    std::string& out_;
};

void write(std::string& out, const contact_rule& r) {
    table_writer to(out, "contactId");
    to.text("column", r.column);
    switch (r.by) {
        case contact_by::id:
            break;
        case contact_by::reference:
            to.text("by", "reference:" + r.source);
            break;
        case contact_by::email:
            to.text("by", "email");
            break;
        case contact_by::file:
            to.text("by", "file:" + r.source);
            to.text_if("hash", r.hash);
            break;
    }
}

void write(std::string& out, const type_rule& r) {
    table_writer to(out, "type");
    to.text_if("column", r.column);
    std::string values;
    for (const auto& [from, target] : r.values) {
        values += fmt::format("{}{} = {}", values.empty() ? "" : ", ", toml_text(from),
                              toml_text(target));
    }
    if (!values.empty()) {
        to.raw("values", "{ " + values + " }");
    }
    to.text_if("otherwise", r.otherwise);
}

void write(std::string& out, const note_rule& r) {
    table_writer to(out, "note");
    to.text_if("column", r.column);
    to.text_if("template", r.pattern);
    if (r.format == text_format::html) {
        to.text("format", "html");
    }
    if (r.source_format == text_format::html) {
        to.text("source_format", "html");
    }
    if (r.pictures != picture_rule::keep) {
        to.text("pictures", r.pictures == picture_rule::drop ? "drop with a mark" : "invalid");
    }
    if (r.max_length) {
        to.raw("max_length", std::to_string(*r.max_length));
        to.text("over", r.over == over_rule::truncate ? "truncate" : "invalid");
    }
}

void write(std::string& out, const date_rule& r) {
    table_writer to(out, "noteDateTime");
    if (r.columns.size() == 1) {
        to.text("column", r.columns[0]);
    } else {
        to.raw("columns", list_text(r.columns));
    }
    if (r.formats != date_rule{}.formats) {
        to.raw("formats", list_text(r.formats));
    }
    to.text_if("zone", r.zone);
    if (r.first_day) {
        to.text("partial", "first");
    }
    if (r.pivot) {
        to.raw("pivot", std::to_string(*r.pivot));
    }
}

void write(std::string& out, std::string_view name, const flag_rule& r) {
    table_writer to(out, name);
    to.text("column", r.column);
    if (r.yes) {
        to.raw("true", list_text(*r.yes));
    }
    if (r.no) {
        to.raw("false", list_text(*r.no));
    }
}

} // namespace

std::string to_toml(const mapping_rules& rules) {
    std::string out;
    if (!rules.key.empty()) {
        out += "key = " + toml_text(rules.key) + "\n\n";
    }
    write(out, rules.contact);
    write(out, rules.type);
    write(out, rules.note);
    write(out, rules.date);
    write(out, "important", rules.important);
    write(out, "private", rules.is_private);
    table_writer to(out, "timeSpent");
    to.text("column", rules.time_spent.column);
    if (rules.time_spent.unit != time_unit::minutes) {
        to.text("unit", rules.time_spent.unit == time_unit::hours ? "hours" : "hh:mm");
    }
    return out;
}

bool is_by_field_name(const mapping_rules& rules) {
    mapping_rules plain;
    plain.key = rules.key;
    return rules == plain;
}

} // namespace noteload::mapping
