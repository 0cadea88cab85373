#include "noteload/ledger/undo_format.hpp"

#include "line_cursor.hpp"
#include "line_parts.hpp"
#include "own_form.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <array>

namespace noteload::ledger {

namespace json = boost::json;

void append_line(std::string& out, const undo_header& header) {
    put(out, FMT_COMPILE("{{\"noteload_undo\":{}"), undo_version);
    put_text(out, "run", header.run);
    put_text(out, "program", header.program);
    put_text(out, "organization", header.organization);
    put_text(out, "base_url", header.base_url);
    put_time(out, "started", header.started);
    out += "}\n";
}

void append_line(std::string& out, const undone_note& n) {
    put(out, FMT_COMPILE("{{\"note_id\":{},\"row\":{},\"outcome\":\"{}\""), n.note.note_id,
        n.note.row, to_word(n.what));
    if (n.contact_id != 0) {
        put(out, FMT_COMPILE(",\"contact_id\":{}"), n.contact_id);
    }
    if (n.status != 0) {
        put(out, FMT_COMPILE(",\"status\":{}"), n.status);
    }
    put(out, FMT_COMPILE(",\"attempts\":{},\"ms\":{}"), n.attempts, n.took.count());
    if (n.why) {
        put(out, FMT_COMPILE(",\"reason\":\"{}\""), to_word(n.why->why));
        put_text(out, "detail", n.why->detail);
    }
    put_time(out, "at", n.when);
    out += "}\n";
}

void append_line(std::string& out, const undo_looked_up& l) {
    put(out, FMT_COMPILE("{{\"looked_up\":{}"), l.rows);
    put_time(out, "at", l.when);
    out += "}\n";
}

void append_line(std::string& out, const undo_counts& end) {
    put(out, FMT_COMPILE("{{\"end\":{{\"notes\":{}"), end.notes);
    for (std::size_t i = 0; i < undo_outcome_count; ++i) {
        put(out, FMT_COMPILE(",\"{}\":{}"), to_word(static_cast<undo_outcome>(i)), end.of[i]);
    }
    out += "}}\n";
}

namespace {

using line = std::variant<std::monostate, undo_line, undo_looked_up, undo_counts>;

line read_note(line_cursor c) {
    undo_line found;
    std::string_view word;
    std::string_view reason;
    std::string_view detail;
    std::int64_t ignored = 0;
    const bool good = c.number(found.note.note_id) && c.literal(",\"row\":") &&
                      c.number(found.note.row) && c.literal(",\"outcome\":\"") && c.text(word) &&
                      (!c.literal(",\"contact_id\":") || c.number(ignored)) &&
                      (!c.literal(",\"status\":") || c.number(ignored)) &&
                      c.literal(",\"attempts\":") && c.number(ignored) && c.literal(",\"ms\":") &&
                      c.number(ignored) && c.optional_text(",\"reason\":\"", reason) &&
                      c.optional_text(",\"detail\":\"", detail) && time_and_end(c);
    const auto what = good ? undo_outcome_from_word(word) : std::nullopt;
    if (!what || found.note.row == 0) {
        return {};
    }
    found.what = *what;
    return found;
}

line read_looked_up(line_cursor c) {
    undo_looked_up found;
    return c.number(found.rows) && time_and_end(c) ? line(found) : line();
}

line read_end(line_cursor c) {
    undo_counts counts;
    bool good = c.number(counts.notes);
    for (std::size_t i = 0; good && i < undo_outcome_count; ++i) {
        good = c.literal(",\"") && c.literal(to_word(static_cast<undo_outcome>(i))) &&
               c.literal("\":") && c.number(counts.of[i]);
    }
    return good && c.literal("}}") && c.at_end() ? line(counts) : line();
}

constexpr auto note_fields =
    std::to_array<std::string_view>({"note_id", "row", "outcome", "contact_id", "status",
                                     "attempts", "ms", "reason", "detail", "at"});
constexpr auto looked_up_fields = std::to_array<std::string_view>({"looked_up", "at"});
constexpr auto end_fields = std::to_array<std::string_view>({"end"});
constexpr std::array<line_fields, 3> line_kinds = {note_fields, looked_up_fields, end_fields};

line read_own_line(std::string_view text) {
    line_cursor c(text);
    if (c.literal("{\"note_id\":")) {
        return read_note(c);
    }
    if (c.literal("{\"looked_up\":")) {
        return read_looked_up(c);
    }
    if (c.literal("{\"end\":{\"notes\":")) {
        return read_end(c);
    }
    return {};
}

} // namespace

line read_undo_line(std::string_view text) {
    auto what = read_own_line(text);
    std::string own_form;
    if (std::holds_alternative<std::monostate>(what) && to_own_form(text, line_kinds, own_form)) {
        what = read_own_line(own_form);
    }
    return what;
}

result<undo_header> read_undo_header(std::string_view text, const std::string& path) {
    const auto line = without_bom(text);
    json::error_code error;
    const auto value = json::parse(json::string_view(line.data(), line.size()), error);
    const auto* version =
        !error && value.is_object() ? value.get_object().if_contains("noteload_undo") : nullptr;
    if (version == nullptr || !version->is_int64()) {
        return failure{errc::changed,
                       fmt::format("{} is no log of an undo: its first line is not a header. Move "
                                   "it away to begin the undo anew; notes that are gone stay gone",
                                   path)};
    }
    if (version->get_int64() != undo_version) {
        return failure{errc::changed,
                       fmt::format("{} is of version {}, and this program knows version {}: use "
                                   "the version that wrote it",
                                   path, version->get_int64(), undo_version)};
    }
    const auto& from = value.get_object();
    return undo_header{.run = text_of(from, "run"),
                       .program = text_of(from, "program"),
                       .organization = text_of(from, "organization"),
                       .base_url = text_of(from, "base_url"),
                       .started = {}};
}

} // namespace noteload::ledger
