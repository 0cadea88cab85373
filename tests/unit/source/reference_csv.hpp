#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"

namespace noteload::source::test {

/// CSV read slowly and obviously: the whole text at once, a character at a time. What `csv_reader`
/// is held against.
class reference_csv {
public:
    reference_csv(std::string text, std::size_t max_record)
        : text_(std::move(text)), limit_(max_record) {}

    /// The records behind the header, whose columns are all wanted.
    std::vector<kept> records() {
        std::size_t at = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
        std::uint64_t line = 1;
        std::vector<kept> out;
        bool header = true;
        while (at < text_.size()) {
            const span found = cut(at);
            if (found.size != 0) {
                if (header) {
                    columns_ = found.fields.size();
                    header = false;
                } else {
                    out.push_back(as_record(found, at, line, out.size() + 1));
                }
            }
            line += static_cast<std::uint64_t>(
                std::count(text_.begin() + static_cast<std::ptrdiff_t>(at),
                           text_.begin() + static_cast<std::ptrdiff_t>(found.next), '\n'));
            at = found.next;
        }
        return out;
    }

private:
    struct span {
        std::size_t size = 0; ///< without the line end
        std::size_t next = 0;
        std::vector<std::string> fields;
        bool bad = false;
        bool open = false;
        bool too_long = false;
    };

    /// What stands at `at`, by quote state alone; `end` is where the input ends.
    span by_quotes(std::size_t at, std::size_t end) const {
        enum { start, plain, quoted } state = start;
        span s;
        s.fields.emplace_back();
        std::size_t i = at;
        for (; i < end; ++i) {
            const char c = text_[i];
            if (state == quoted) {
                if (c != '"') {
                    s.fields.back() += c;
                } else if (i + 1 < end && text_[i + 1] == '"') {
                    s.fields.back() += text_[++i];
                } else {
                    state = plain;
                    s.bad = s.bad || !field_ends(i + 1, end);
                }
            } else if (c == '\n') {
                break;
            } else if (c == ',') {
                s.fields.emplace_back();
                state = start;
            } else if (c == '"' && state == start) {
                state = quoted;
            } else {
                s.fields.back() += c;
                state = plain;
            }
        }
        s.open = state == quoted;
        s.next = std::min(i + 1, end);
        if (s.open && text_[i - 1] == '\n') {
            --i;
        }
        if (i > at && text_[i - 1] == '\r') {
            --i;
            if (!s.fields.back().empty()) {
                s.fields.back().pop_back();
            }
        }
        s.size = i - at;
        return s;
    }

    bool field_ends(std::size_t i, std::size_t end) const {
        if (i < end && text_[i] == '\r' && (i + 1 == end || text_[i + 1] == '\n')) {
            return true;
        }
        return i == end || text_[i] == ',' || text_[i] == '\n';
    }

    span cut(std::size_t at) const {
        span s = by_quotes(at, text_.size());
        s.too_long = s.size > limit_;
        if (!s.too_long && !((s.bad || s.open) && was_stray(at, s.size))) {
            return s;
        }
        const std::size_t newline = std::min(text_.find('\n', at), text_.size());
        span first;
        first.size = newline - at;
        first.next = std::min(newline + 1, text_.size());
        if (first.size > 0 && text_[newline - 1] == '\r') {
            --first.size;
        }
        first.bad = !s.too_long;
        first.too_long = s.too_long;
        return first;
    }

    bool was_stray(std::size_t at, std::size_t size) const {
        const std::size_t end = std::min(text_.find('\n', at + size), text_.size());
        for (std::size_t line = text_.find('\n', at); line < end;
             line = text_.find('\n', line + 1)) {
            const std::size_t line_end = std::min(text_.find('\n', line + 1), end);
            const span alone = by_quotes(line + 1, line_end);
            if (alone.size != 0 && !alone.bad && !alone.open && columns_ > 1 &&
                alone.fields.size() == columns_) {
                return true;
            }
        }
        return false;
    }

    kept as_record(const span& s, std::size_t at, std::uint64_t line, std::uint64_t row) const {
        kept k{.at = {.file = 0, .row = row, .line = line, .byte = at, .size = s.size},
               .bytes = text_.substr(at, std::min(s.size, s.too_long ? limit_ : s.size)),
               .cells = {},
               .faults = {}};
        if (s.too_long) {
            k.faults = {reason::record_too_long};
            return k;
        }
        if (s.open || s.bad) {
            k.faults.push_back(s.open ? reason::truncated : reason::bad_quoting);
        } else if (s.fields.size() != columns_) {
            k.faults.push_back(reason::wrong_column_count);
        }
        if (k.bytes.find('\0') != std::string::npos) {
            k.faults.push_back(reason::nul_byte);
        }
        if (k.bytes.find('\xFF') != std::string::npos) { // the only bad byte that the tests make
            k.faults.push_back(reason::bad_utf8);
        }
        for (std::size_t i = 0; k.faults.empty() && i < s.fields.size(); ++i) {
            k.cells.emplace_back(cell_kind::text, s.fields[i]);
        }
        return k;
    }

    std::string text_;
    std::size_t limit_;
    std::size_t columns_ = 0;
};

} // namespace noteload::source::test
