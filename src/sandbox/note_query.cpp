#include "noteload/sandbox/note_query.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

#include "noteload/text.hpp"

namespace noteload::sandbox {

namespace json = boost::json;

namespace {

enum class value_kind : std::uint8_t { number, text, flag, day, instant };

struct parameter {
    std::string_view name;
    value_kind kind;
    std::string_view column;
};

constexpr parameter parameters[] = {
    {"Note Id", value_kind::number, "id"},
    {"Contact Id", value_kind::number, "contact_id"},
    {"Note Type", value_kind::text, "type"},
    {"Note", value_kind::text, "note"},
    {"Note Date", value_kind::day, "note_day"},
    {"Create Date", value_kind::instant, "created"},
    {"Important", value_kind::flag, "coalesce(important,0)"},
    {"Private", value_kind::flag, "coalesce(private,0)"},
};

/// An operator as SQL: `$` stands for the column, `?` for the value and the secondary value.
struct comparison {
    std::string_view name;
    std::string_view sql;
};

constexpr comparison ordered[] = {
    {"Is", "$=?"},
    {"IsNot", "$<>?"},
    {"IsAnyOf", ""},
    {"GreaterThan", "$>?"},
    {"GreaterThanOrEqual", "$>=?"},
    {"LessThan", "$<?"},
    {"LessThanOrEqual", "$<=?"},
    {"Between", "$ between ? and ?"},
};
constexpr comparison texts[] = {
    {"Is", "$=?"},
    {"IsNot", "$<>?"},
    {"IsAnyOf", ""},
    {"Contains", "instr($,?)>0"},
    {"StartsWith", "instr($,?)=1"},
};
constexpr comparison dates[] = {
    {"Is", "$=?"},    {"Before", "$<?"},     {"OnOrBefore", "$<=?"},
    {"After", "$>?"}, {"OnOrAfter", "$>=?"}, {"Between", "$ between ? and ?"},
};
constexpr comparison flags[] = {{"IsTrue", "$=1"}, {"IsFalse", "$=0"}};

std::span<const comparison> operators(value_kind kind) {
    switch (kind) {
        case value_kind::number:
            return ordered;
        case value_kind::text:
            return texts;
        case value_kind::flag:
            return flags;
        case value_kind::day:
        case value_kind::instant:
            break;
    }
    return dates;
}

using sql_value = std::variant<std::int64_t, std::string>;

std::string text_of(const json::value* value) {
    if (value == nullptr || value->is_null()) {
        return {};
    }
    if (value->is_string()) {
        return json::value_to<std::string>(*value);
    }
    return json::serialize(*value);
}

std::optional<sql_value> read_value(const std::string& text, value_kind kind) {
    switch (kind) {
        case value_kind::number: {
            std::int64_t number = 0;
            const char* end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, number);
            if (read.ec != std::errc{} || read.ptr != end) {
                return std::nullopt;
            }
            return number;
        }
        case value_kind::day: {
            const auto at = posted_instant(text);
            if (!at) {
                return std::nullopt;
            }
            return std::chrono::floor<std::chrono::days>(*at).time_since_epoch().count();
        }
        case value_kind::instant: {
            const auto at = posted_instant(text);
            return at ? std::optional<sql_value>(at->time_since_epoch().count()) : std::nullopt;
        }
        case value_kind::text:
        case value_kind::flag:
            break;
    }
    return text;
}

struct bad_condition {
    std::string why;
};

const parameter* find_parameter(std::string_view name) {
    for (const parameter& known : parameters) {
        if (equal_without_case(known.name, trimmed(name))) {
            return &known;
        }
    }
    return nullptr;
}

const comparison& find_operator(const parameter& about, std::string_view name) {
    for (const comparison& known : operators(about.kind)) {
        if (equal_without_case(known.name, trimmed(name))) {
            return known;
        }
    }
    throw bad_condition{
        fmt::format("The operator '{}' is not valid for '{}'.", printable(name), about.name)};
}

void add_value(note_filter& to, const std::string& text, const parameter& about) {
    auto value = read_value(text, about.kind);
    if (!value) {
        throw bad_condition{
            fmt::format("The value '{}' is not valid for '{}'.", printable(text), about.name)};
    }
    to.values.push_back(std::move(*value));
}

std::string any_of(const json::object& condition, const parameter& about, note_filter& to) {
    const json::value* values = condition.if_contains("values");
    std::string sql = fmt::format("{} in (", about.column);
    if (values != nullptr && values->is_array()) {
        for (const json::value& value : values->get_array()) {
            sql += sql.back() == '(' ? "?" : ",?";
            add_value(to, text_of(&value), about);
        }
    }
    return sql + ")";
}

/// The condition as SQL, or nothing when its parameter is unknown.
std::optional<std::string> read_condition(const json::object& condition, note_filter& to) {
    const parameter* about = find_parameter(text_of(condition.if_contains("parameter")));
    if (about == nullptr) {
        return std::nullopt;
    }
    const comparison& how = find_operator(*about, text_of(condition.if_contains("operator")));
    if (how.sql.empty()) {
        return any_of(condition, *about, to);
    }
    std::string sql;
    bool second = false;
    for (const char c : how.sql) {
        if (c == '$') {
            sql += about->column;
            continue;
        }
        sql += c;
        if (c == '?') {
            add_value(to, text_of(condition.if_contains(second ? "secondaryValue" : "value")),
                      *about);
            second = true;
        }
    }
    return sql;
}

std::string read_group(const json::value& group, note_filter& to) {
    std::string sql;
    const json::object* object = group.if_object();
    const json::value* conditions = object == nullptr ? nullptr : object->if_contains("conditions");
    if (conditions != nullptr && conditions->is_array()) {
        for (const json::value& condition : conditions->get_array()) {
            if (!condition.is_object()) {
                throw bad_condition{"A condition must be an object."};
            }
            if (const auto one = read_condition(condition.get_object(), to)) {
                sql += (sql.empty() ? "(" : " and (") + *one + ")";
            }
        }
    }
    return sql.empty() ? "1" : sql;
}

note_query read_object(const json::object& body) {
    note_query query;
    const json::value* groups = body.if_contains("groups");
    if (groups != nullptr && groups->is_array() && !groups->get_array().empty()) {
        query.filter.where.clear();
        for (const json::value& group : groups->get_array()) {
            query.filter.where += query.filter.where.empty() ? "(" : " or (";
            query.filter.where += read_group(group, query.filter) + ")";
        }
    }
    query.order = read_order(text_of(body.if_contains("sortBy")));
    query.descending = equal_without_case(text_of(body.if_contains("descending")), "true");
    return query;
}

} // namespace

note_order read_order(std::string_view word) {
    if (equal_without_case(word, "NoteDate")) {
        return note_order::note_date;
    }
    return equal_without_case(word, "CreatedDateTime") ? note_order::created : note_order::id;
}

std::variant<note_query, response> read_query(std::string_view body) {
    if (trimmed(body).empty()) {
        return message_response(400, "The argument cannot be null");
    }
    boost::system::error_code broken;
    const json::value parsed = json::parse(body, broken);
    if (broken || !parsed.is_object()) {
        return model_response("The request is invalid.", "", "The body must be one JSON object.");
    }
    // SQLite limits an expression's depth and its parameters.
    constexpr std::size_t most_values = 10'000;
    try {
        note_query query = read_object(parsed.get_object());
        if (query.filter.values.size() > most_values) {
            return message_response(400, "There are too many conditions.");
        }
        return query;
    } catch (const bad_condition& e) {
        return message_response(400, e.why);
    }
}

std::string query_options_json() {
    json::array options;
    for (const parameter& known : parameters) {
        json::array names;
        for (const comparison& how : operators(known.kind)) {
            names.push_back(json::string(how.name));
        }
        options.push_back(json::object{{"parameter", known.name}, {"operators", names}});
    }
    return json::serialize(json::object{{"options", options}});
}

} // namespace noteload::sandbox
