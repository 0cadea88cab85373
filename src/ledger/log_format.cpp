#include "noteload/ledger/log_format.hpp"

#include "line_parts.hpp"
#include "noteload/json_text.hpp"
#include "noteload/text.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <iterator>
#include <type_traits>

namespace noteload::ledger {

namespace {

void put_value(std::string& out, const option_value& value) {
    std::visit(
        [&out](const auto& v) {
            using type = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<type, bool>) {
                out += v ? "true" : "false";
            } else if constexpr (std::is_same_v<type, std::int64_t>) {
                put(out, FMT_COMPILE("{}"), v);
            } else {
                append_json_string(out, valid_utf8(v));
            }
        },
        value);
}

/// A text that is no UTF-8 (the name of a file from an old system) is written readable, and behind
/// it so that it can be read back: `,"NAME_bytes":"` and its bytes in hex.
void put_bytes(std::string& out, std::string_view name, std::string_view value) {
    if (valid_utf8(value) != value) {
        put(out, FMT_COMPILE(",\"{}_bytes\":\""), name);
        for (const char c : value) {
            put(out, FMT_COMPILE("{:02x}"), static_cast<unsigned char>(c));
        }
        out += '"';
    }
}

/// The first fault is the row's reason; the details of all stand in one text, the further ones
/// with their word, since a person reads it as a sentence.
void put_faults(std::string& out, const std::vector<fault>& faults) {
    if (faults.empty()) {
        return;
    }
    put(out, FMT_COMPILE(",\"reason\":\"{}\""), to_word(faults.front().why));
    if (faults.size() > 1) {
        out += ",\"reasons\":[";
        for (const auto& f : faults) {
            put(out, FMT_COMPILE("{}\"{}\""), &f == &faults.front() ? "" : ",", to_word(f.why));
        }
        out += ']';
    }
    put_text(out, "detail", all_details(faults));
}

} // namespace

std::uint64_t mark_hash(std::string_view records) noexcept {
    return XXH3_64bits(records.data(), records.size());
}

std::string hash_text(std::uint64_t hash) {
    return fmt::format("xxh3:{:016x}", hash);
}

std::string all_details(const std::vector<fault>& faults) {
    std::string text;
    for (const auto& f : faults) {
        if (&f != &faults.front()) {
            text += "; ";
            text += to_word(f.why);
            text += ": ";
        }
        text += f.detail;
    }
    return text;
}

void append_line(std::string& out, const log_header& header) {
    put(out, FMT_COMPILE("{{\"noteload_log\":{}"), log_version);
    put_text(out, "run", valid_utf8(header.run));
    put_text(out, "program", header.program);
    out += ",\"inputs\":[";
    for (const auto& in : header.inputs) {
        out += &in == &header.inputs.front() ? "{\"path\":" : ",{\"path\":";
        append_json_string(out, valid_utf8(in.path));
        put_bytes(out, "path", in.path);
        put(out, FMT_COMPILE(",\"bytes\":{},\"hash\":\"{}\"}}"), in.bytes, in.hash);
    }
    out += ']';
    put_text(out, "mapping_hash", header.mapping_hash);
    put_text(out, "organization", header.organization);
    put_text(out, "base_url", header.base_url);
    out += ",\"options\":{";
    bool first = true;
    for (const auto& [name, value] : header.options) {
        out += first ? "" : ",";
        first = false;
        append_json_string(out, name);
        out += ':';
        put_value(out, value);
        if (const auto* text = std::get_if<std::string>(&value)) {
            put_bytes(out, name, *text);
        }
    }
    out += '}';
    put_time(out, "started", header.started);
    put_time(out, "server_started", header.server_started);
    out += "}\n";
}

void append_line(std::string& out, const sending_mark& mark) {
    put(out,
        FMT_COMPILE("{{\"sending\":[{},{}],\"file\":{},\"byte\":{},\"line\":{},"
                    "\"hash\":\"xxh3:{:016x}\"}}\n"),
        mark.first, mark.last, mark.file, mark.byte, mark.line, mark.hash);
}

void append_line(std::string& out, const settled_row& row) {
    put(out, FMT_COMPILE("{{\"row\":{},\"file\":{},\"line\":{}"), row.at.row, row.at.file,
        row.at.line);
    if (has_reject(row.what)) {
        put(out, FMT_COMPILE(",\"byte\":{},\"size\":{}"), row.at.byte, row.at.size);
    }
    if (!row.key.empty()) {
        put_text(out, "key", row.key);
    }
    put(out, FMT_COMPILE(",\"outcome\":\"{}\""), to_word(row.what));
    if (row.note_id != 0) {
        put(out, FMT_COMPILE(",\"note_id\":{}"), row.note_id);
    }
    if (row.status != 0) {
        put(out, FMT_COMPILE(",\"status\":{}"), row.status);
    }
    put(out, FMT_COMPILE(",\"attempts\":{},\"ms\":{}"), row.attempts, row.took.count());
    put_faults(out, row.faults);
    put_time(out, "at", row.when);
    out += "}\n";
}

void append_line(std::string& out, const log_event& event) {
    out += "{\"event\":";
    append_json_string(out, event.what);
    if (!event.why.empty()) {
        put_text(out, "reason", event.why);
    }
    if (!event.detail.empty()) {
        put_text(out, "detail", event.detail);
    }
    put_time(out, "at", event.when);
    out += "}\n";
}

void append_line(std::string& out, const process_end& end) {
    out += "{\"went_through\":{";
    for (const auto& [name, counter] : went_through_counters) {
        put(out, FMT_COMPILE("\"{}\":{},"), name, end.met.*counter);
    }
    out += "\"requests\":{";
    bool first = true;
    for (const auto& [status, n] : end.met.requests) {
        put(out, FMT_COMPILE("{}\"{}\":{}"), first ? "" : ",", status, n);
        first = false;
    }
    out += "}}";
    put_time(out, "at", end.when);
    out += "}\n";
}

void append_line(std::string& out, const row_counts& end) {
    put(out, FMT_COMPILE("{{\"end\":{{\"read\":{}"), end.read);
    for (std::size_t i = 0; i < outcome_count; ++i) {
        put(out, FMT_COMPILE(",\"{}\":{}"), to_word(static_cast<outcome>(i)), end.of[i]);
    }
    out += "}}\n";
}

} // namespace noteload::ledger
