#include "noteload/ledger/log_lines.hpp"

#include "line_cursor.hpp"
#include "own_form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace noteload::ledger {

namespace {

bool reasons(line_cursor& c, row_line& into) {
    if (!c.literal(",\"reason\":\"")) {
        return true;
    }
    if (!c.text(into.reason)) {
        return false;
    }
    if (c.literal(",\"reasons\":[")) {
        const auto list = c.rest();
        std::string_view word;
        do {
            if (!c.literal("\"") || !c.text(word)) {
                return false;
            }
        } while (c.literal(","));
        into.reasons = list.substr(0, list.size() - c.rest().size());
        if (!c.literal("]")) {
            return false;
        }
    }
    return c.literal(",\"detail\":\"") && c.text(into.detail);
}

log_line read_row(line_cursor c) {
    row_line row;
    std::string_view word;
    int ignored = 0;
    const bool good = c.number(row.row) && c.literal(",\"file\":") && c.number(row.file) &&
                      c.literal(",\"line\":") && c.number(row.line) &&
                      (!c.literal(",\"byte\":") ||
                       (c.number(row.byte) && c.literal(",\"size\":") && c.number(row.size))) &&
                      c.optional_text(",\"key\":\"", row.key) && c.literal(",\"outcome\":\"") &&
                      c.text(word) && (!c.literal(",\"note_id\":") || c.number(row.note_id)) &&
                      (!c.literal(",\"status\":") || c.number(ignored)) &&
                      c.literal(",\"attempts\":") && c.number(ignored) && c.literal(",\"ms\":") &&
                      c.number(ignored) && reasons(c, row) && time_and_end(c);
    const auto what = good ? outcome_from_word(word) : std::nullopt;
    if (!what || row.row == 0) {
        return {};
    }
    row.what = *what;
    return row;
}

log_line read_mark(line_cursor c) {
    sending_mark m;
    const bool good = c.number(m.first) && c.literal(",") && c.number(m.last) &&
                      c.literal("],\"file\":") && c.number(m.file) && c.literal(",\"byte\":") &&
                      c.number(m.byte) && c.literal(",\"line\":") && c.number(m.line) &&
                      c.literal(",\"hash\":\"") && c.hash(m.hash) && c.literal("\"}") &&
                      c.at_end() && m.first > 0 && m.first <= m.last;
    return good ? log_line(m) : log_line();
}

log_line read_event(line_cursor c) {
    std::string_view what;
    std::string_view why;
    std::string_view detail;
    const bool good = c.text(what) && c.optional_text(",\"reason\":\"", why) &&
                      c.optional_text(",\"detail\":\"", detail) && time_and_end(c);
    return good ? log_line(log_event{.what = unescaped(what),
                                     .why = unescaped(why),
                                     .detail = unescaped(detail),
                                     .when = {}})
                : log_line();
}

log_line read_process_end(line_cursor c) {
    process_end end;
    for (const auto& [name, counter] : went_through_counters) {
        if (!c.literal(fmt::format("\"{}\":", name))) {
            continue; // of a version that did not count it
        }
        if (!c.number(end.met.*counter) || !c.literal(",")) {
            return {};
        }
    }
    if (!c.literal("\"requests\":{")) {
        return {};
    }
    for (bool more = !c.literal("}"); more; more = !c.literal("}")) {
        int status = 0;
        if ((!end.met.requests.empty() && !c.literal(",")) || !c.literal("\"") ||
            !c.number(status) || !c.literal("\":") || !c.number(end.met.requests[status])) {
            return {};
        }
    }
    return c.literal("}") && time_and_end(c) ? log_line(std::move(end)) : log_line();
}

log_line read_end(line_cursor c) {
    row_counts counts;
    bool good = c.number(counts.read);
    for (std::size_t i = 0; good && i < outcome_count; ++i) {
        good = c.literal(",\"") && c.literal(to_word(static_cast<outcome>(i))) &&
               c.literal("\":") && c.number(counts.of[i]);
    }
    return good && c.literal("}}") && c.at_end() ? log_line(counts) : log_line();
}

constexpr auto row_fields = std::to_array<std::string_view>(
    {"row", "file", "line", "byte", "size", "key", "outcome", "note_id", "status", "attempts", "ms",
     "reason", "reasons", "detail", "at"});
constexpr auto mark_fields =
    std::to_array<std::string_view>({"sending", "file", "byte", "line", "hash"});
constexpr auto event_fields = std::to_array<std::string_view>({"event", "reason", "detail", "at"});
constexpr auto met_fields = std::to_array<std::string_view>({"went_through", "at"});
constexpr auto end_fields = std::to_array<std::string_view>({"end"});
constexpr std::array<line_fields, 5> line_kinds = {row_fields, mark_fields, event_fields,
                                                   met_fields, end_fields};

/// Of `"bad_date","missing_note"`: what stands between the next two quotes, and is eaten.
std::string_view next_word(std::string_view& list) {
    list.remove_prefix(std::min(list.size(), list.find('"') + 1));
    const auto word = list.substr(0, list.find('"'));
    list.remove_prefix(std::min(list.size(), word.size() + 1));
    return word;
}

} // namespace

/// `all_details` taken apart: each further fault's detail follows its word.
settled_row settled(const row_line& from) {
    settled_row row;
    row.at = {.file = from.file,
              .row = from.row,
              .line = from.line,
              .byte = from.byte,
              .size = from.size};
    row.what = from.what;
    row.note_id = from.note_id;
    row.key = unescaped(from.key);
    const auto first = reason_from_word(from.reason);
    if (!first) {
        return row;
    }
    auto detail = unescaped(from.detail);
    row.faults.push_back({*first, {}});
    auto words = from.reasons;
    next_word(words); // the first, again
    for (auto word = next_word(words); !word.empty(); word = next_word(words)) {
        const auto more = reason_from_word(word);
        if (!more) {
            continue;
        }
        const auto before = "; " + std::string(word) + ": ";
        const auto at = std::min(detail.find(before), detail.size());
        row.faults.back().detail = detail.substr(0, at);
        detail.erase(0, std::min(detail.size(), at + before.size()));
        row.faults.push_back({*more, {}});
    }
    row.faults.back().detail = std::move(detail);
    return row;
}

log_line read_line(std::string_view line) {
    line_cursor c(line);
    if (c.literal("{\"row\":")) {
        return read_row(c);
    }
    if (c.literal("{\"sending\":[")) {
        return read_mark(c);
    }
    if (c.literal("{\"event\":\"")) {
        return read_event(c);
    }
    if (c.literal("{\"went_through\":{")) {
        return read_process_end(c);
    }
    if (c.literal("{\"end\":{\"read\":")) {
        return read_end(c);
    }
    return {};
}

log_line any_form_reader::read_other_form(std::string_view line) {
    return to_own_form(line, line_kinds, own_form_) ? read_line(own_form_) : log_line();
}

bool is_blank(std::string_view line) {
    return without_blanks(line).empty();
}

} // namespace noteload::ledger
