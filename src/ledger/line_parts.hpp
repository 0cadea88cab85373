#pragma once

#include <fmt/compile.h>
#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <iterator>
#include <string>
#include <string_view>

#include "noteload/json_text.hpp"
#include "noteload/text.hpp"

// What a log's lines are put together from, shared by log.jsonl and undo.jsonl.

namespace noteload::ledger {

template <class Format, class... Args>
void put(std::string& out, const Format& format, const Args&... args) {
    fmt::format_to(std::back_inserter(out), format, args...);
}

inline void put_text(std::string& out, std::string_view name, std::string_view value) {
    out += ",\"";
    out += name;
    out += "\":";
    append_json_string(out, value);
}

inline void put_time(std::string& out, std::string_view name,
                     std::chrono::system_clock::time_point t) {
    out += ",\"";
    out += name;
    out += "\":\"";
    append_utc_text(out, t);
    out += '"';
}

/// Empty where the field is missing or no text.
[[nodiscard]] inline std::string text_of(const boost::json::object& from, std::string_view name) {
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

} // namespace noteload::ledger
