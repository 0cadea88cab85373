#include "own_form.hpp"

#include "line_parts.hpp"
#include "noteload/outcome.hpp"
#include "noteload/undo_outcome.hpp"
#include "noteload/went_through.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>

namespace noteload::ledger {

namespace {

namespace json = boost::json;

std::vector<std::string_view> fields_of_met() {
    std::vector<std::string_view> names;
    for (const auto& [name, counter] : went_through_counters) {
        names.push_back(name);
    }
    names.push_back("requests");
    return names;
}

std::vector<std::string_view> fields_of_end() {
    std::vector<std::string_view> names = {"read"};
    for (std::size_t i = 0; i < outcome_count; ++i) {
        names.push_back(to_word(static_cast<outcome>(i)));
    }
    return names;
}

std::vector<std::string_view> fields_of_undo_end() {
    std::vector<std::string_view> names = {"notes"};
    for (std::size_t i = 0; i < undo_outcome_count; ++i) {
        names.push_back(to_word(static_cast<undo_outcome>(i)));
    }
    return names;
}

bool append_value(std::string& out, const json::value& from);

bool append_field(std::string& out, std::string_view name, const json::value& from) {
    out += out.ends_with('{') ? "" : ",";
    append_json_string(out, name);
    out += ':';
    if (const auto* inside = from.if_object()) {
        static const auto met = fields_of_met();
        static const auto end = fields_of_end();
        static const auto undo_end = fields_of_undo_end();
        if (name == "went_through") {
            return append_in_own_form(out, *inside, met);
        }
        if (name == "end") {
            return append_in_own_form(out, *inside, inside->contains("notes") ? undo_end : end);
        }
        if (name != "requests") {
            return false;
        }
        out += '{';
        for (const auto& [status, n] : *inside) {
            if (!append_field(out, status, n)) {
                return false;
            }
        }
        out += '}';
        return true;
    }
    return append_value(out, from);
}

bool append_value(std::string& out, const json::value& from) {
    if (const auto* text = from.if_string()) {
        append_json_string(out, *text);
    } else if (const auto* n = from.if_int64()) {
        put(out, FMT_COMPILE("{}"), *n);
    } else if (const auto* large = from.if_uint64()) {
        put(out, FMT_COMPILE("{}"), *large);
    } else if (const auto* list = from.if_array()) {
        out += '[';
        for (const auto& one : *list) {
            out += out.ends_with('[') ? "" : ",";
            if (!append_value(out, one)) {
                return false;
            }
        }
        out += ']';
    } else {
        return false;
    }
    return true;
}

} // namespace

bool append_in_own_form(std::string& out, const json::object& from, line_fields fields) {
    out += '{';
    std::size_t known = 0;
    for (const auto name : fields) {
        const auto* value = from.if_contains(name);
        if (value == nullptr) {
            continue;
        }
        ++known;
        if (!append_field(out, name, *value)) {
            return false;
        }
    }
    out += '}';
    return known == from.size();
}

bool to_own_form(std::string_view line, std::span<const line_fields> kinds, std::string& out) {
    line = without_blanks(line);
    if (!line.starts_with('{') || !line.ends_with('}')) {
        return false; // most garbage needs no parser
    }
    json::error_code error;
    const auto value = json::parse(json::string_view(line.data(), line.size()), error);
    if (error || !value.is_object()) {
        return false;
    }
    const auto& object = value.get_object();
    const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const line_fields& fields) {
        return object.contains(fields.front());
    });
    out.clear();
    return kind != kinds.end() && append_in_own_form(out, object, *kind);
}

std::string_view without_blanks(std::string_view line) {
    constexpr std::string_view blanks = " \t\r";
    const auto first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return line.substr(first, line.find_last_not_of(blanks) - first + 1);
}

std::string_view without_bom(std::string_view line) {
    constexpr std::string_view bom = "\xEF\xBB\xBF";
    return line.starts_with(bom) ? line.substr(bom.size()) : line;
}

} // namespace noteload::ledger
