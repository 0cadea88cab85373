#include "noteload/ledger/log_lines.hpp"

#include "noteload/text.hpp"

#include <algorithm>
#include <charconv>

namespace noteload::ledger {

namespace {

/// Eats a line from the front. After the first mismatch everything fails.
class cursor {
public:
    explicit cursor(std::string_view line) : rest_(line) {}

    bool literal(std::string_view text) {
        if (!rest_.starts_with(text)) {
            return false;
        }
        rest_.remove_prefix(text.size());
        return true;
    }

    template <class T>
    bool number(T& into) {
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), into);
        if (error != std::errc()) {
            return false;
        }
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return true;
    }

    bool hash(std::uint64_t& into) {
        if (!literal("xxh3:") || rest_.size() < 16) {
            return false;
        }
        const auto* begin = rest_.data();
        const auto [end, error] = std::from_chars(begin, begin + 16, into, 16);
        rest_.remove_prefix(16);
        return error == std::errc() && end == begin + 16;
    }

    /// Up to the quote that ends a string; the opening one is eaten already.
    bool text(std::string_view& into) {
        std::size_t i = 0;
        for (; i < rest_.size() && rest_[i] != '"'; ++i) {
            if (static_cast<unsigned char>(rest_[i]) < 0x20) {
                return false;
            }
            i += rest_[i] == '\\' ? 1 : 0;
        }
        if (i >= rest_.size()) {
            return false;
        }
        into = rest_.substr(0, i);
        rest_.remove_prefix(i + 1);
        return true;
    }

    /// `,"name":"` and the string, if it stands there; false only for a string that is broken.
    bool optional_text(std::string_view name, std::string_view& into) {
        return !literal(name) || text(into);
    }

    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

/// `"2026-11-24T03:54:12.345Z"}`: looked at only as far as a torn line could go wrong.
bool time_and_end(cursor& c) {
    std::string_view at;
    return c.literal(",\"at\":\"") && c.text(at) && at.size() == 24 && at.back() == 'Z' &&
           c.literal("}") && c.at_end();
}

bool reasons(cursor& c, row_line& into) {
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

log_line read_row(cursor c) {
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

log_line read_mark(cursor c) {
    sending_mark m;
    const bool good = c.number(m.first) && c.literal(",") && c.number(m.last) &&
                      c.literal("],\"file\":") && c.number(m.file) && c.literal(",\"byte\":") &&
                      c.number(m.byte) && c.literal(",\"line\":") && c.number(m.line) &&
                      c.literal(",\"hash\":\"") && c.hash(m.hash) && c.literal("\"}") &&
                      c.at_end() && m.first > 0 && m.first <= m.last;
    return good ? log_line(m) : log_line();
}

log_line read_event(cursor c) {
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

log_line read_end(cursor c) {
    row_counts counts;
    bool good = c.number(counts.read);
    for (std::size_t i = 0; good && i < outcome_count; ++i) {
        good = c.literal(",\"") && c.literal(to_word(static_cast<outcome>(i))) &&
               c.literal("\":") && c.number(counts.of[i]);
    }
    return good && c.literal("}}") && c.at_end() ? log_line(counts) : log_line();
}

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
    cursor c(line);
    if (c.literal("{\"row\":")) {
        return read_row(c);
    }
    if (c.literal("{\"sending\":[")) {
        return read_mark(c);
    }
    if (c.literal("{\"event\":\"")) {
        return read_event(c);
    }
    if (c.literal("{\"end\":{\"read\":")) {
        return read_end(c);
    }
    return {};
}

} // namespace noteload::ledger
