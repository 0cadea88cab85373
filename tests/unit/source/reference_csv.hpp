#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/source/csv_dialect.hpp"
#include "support.hpp"

namespace noteload::source::test {

/// CSV read slowly and obviously: the whole text at once, a character at a time. What `csv_reader`
/// is held against.
class reference_csv {
public:
    reference_csv(std::string text, std::size_t max_record, csv_dialect dialect = {})
        : text_(std::move(text)), limit_(max_record), dialect_(dialect) {}

    /// As a framer finds them, who does not see that quotes in several cells belong together.
    std::vector<kept> framed_records() {
        framed_only_ = true;
        return records();
    }

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
                } else if (const auto pieces = split(found, at); !pieces.empty()) {
                    for (const auto& [begin, piece] : pieces) {
                        out.push_back(as_record(piece, begin, line, out.size() + 1));
                    }
                } else {
                    out.push_back(as_record(found, at, line, out.size() + 1));
                }
            }
            line += lines_in(at, found.next);
            at = found.next;
        }
        return out;
    }

    std::uint64_t lines_in(std::size_t from, std::size_t to) const {
        std::uint64_t lines = 0;
        for (std::size_t i = from; i < to; ++i) {
            const bool lf = text_[i] == '\n';
            const bool after_cr = i > 0 && text_[i - 1] == '\r';
            lines += dialect_.cr_ends ? text_[i] == '\r' || (lf && !after_cr) : lf;
        }
        return lines;
    }

private:
    struct span {
        std::size_t size = 0; ///< without the line end
        std::size_t next = 0;
        std::vector<std::string> fields;
        std::vector<bool> quoted; ///< which of them are
        bool bad = false;
        bool open = false;
        bool too_long = false;
    };

    /// What stands at `at`, by quote state alone; `end` is where the input ends.
    span by_quotes(std::size_t at, std::size_t end) const {
        enum { start, plain, quoted } state = start;
        span s;
        s.fields.emplace_back();
        s.quoted.push_back(false);
        std::size_t i = at;
        for (; i < end; ++i) {
            const char c = text_[i];
            if (state == quoted) {
                const bool more = i + 1 < end;
                if (dialect_.backslash && c == '\\' && more &&
                    (text_[i + 1] == '\\' || text_[i + 1] == dialect_.quote)) {
                    s.fields.back() += text_[++i];
                } else if (c != dialect_.quote) {
                    s.fields.back() += c;
                } else if (more && text_[i + 1] == dialect_.quote) {
                    s.fields.back() += text_[++i];
                } else {
                    state = plain;
                    s.bad = s.bad || !field_ends(i + 1, end);
                }
            } else if (c == '\n' || (c == '\r' && dialect_.cr_ends)) {
                i += c == '\r' && i + 1 < end && text_[i + 1] == '\n' ? 1 : 0;
                break;
            } else if (c == dialect_.delimiter) {
                s.fields.emplace_back();
                s.quoted.push_back(false);
                state = start;
            } else if (c == dialect_.quote && state == start) {
                state = quoted;
                s.quoted.back() = true;
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
            if (!dialect_.cr_ends && !s.fields.back().empty()) {
                s.fields.back().pop_back();
            }
        }
        s.size = i - at;
        return s;
    }

    bool field_ends(std::size_t i, std::size_t end) const {
        if (i < end && text_[i] == '\r' &&
            (dialect_.cr_ends || i + 1 == end || text_[i + 1] == '\n')) {
            return true;
        }
        return i == end || text_[i] == dialect_.delimiter || text_[i] == '\n';
    }

    span cut(std::size_t at) const {
        span s = by_quotes(at, text_.size());
        s.too_long = s.size > limit_;
        if (!s.too_long && !((s.bad || s.open) && was_stray(at, s.size))) {
            return s;
        }
        const std::size_t newline = line_end(at, text_.size());
        span first;
        first.size = newline - at;
        first.next = after(newline, text_.size());
        if (first.size > 0 && text_[newline - 1] == '\r') {
            --first.size;
        }
        first.bad = !s.too_long;
        first.too_long = s.too_long;
        return first;
    }

    bool was_stray(std::size_t at, std::size_t size) const {
        const std::size_t end = line_end(at + size, text_.size());
        for (std::size_t line = line_end(at, end); line < end; line = line_end(line + 1, end)) {
            const std::size_t ends_at = line_end(line + 1, end);
            const span alone = by_quotes(line + 1, ends_at);
            if (alone.size != 0 && !alone.bad && !alone.open && columns_ > 1 &&
                alone.fields.size() == columns_) {
                return true;
            }
        }
        return false;
    }

    bool ends_line(char c) const { return c == '\n' || (c == '\r' && dialect_.cr_ends); }

    std::size_t line_end(std::size_t at, std::size_t end) const {
        while (at < end && !ends_line(text_[at])) {
            ++at;
        }
        return at;
    }

    /// Behind the line end at `at`.
    std::size_t after(std::size_t at, std::size_t end) const {
        const bool pair = at + 1 < end && text_[at] == '\r' && text_[at + 1] == '\n';
        return std::min(at + (pair ? 2 : 1), end);
    }

    /// The records that the CRs of a line of the wrong columns make of it; or none.
    std::vector<std::pair<std::size_t, span>> split(const span& s, std::size_t at) const {
        const bool sound = !s.bad && !s.open && s.fields.size() == columns_;
        const auto line = text_.substr(at, s.size);
        if (dialect_.cr_ends || s.too_long || sound || columns_ < 2 ||
            line.find('\n') != std::string::npos) {
            return {};
        }
        csv_dialect any = dialect_;
        any.cr_ends = true;
        const reference_csv alone(line, limit_, any);
        std::vector<std::pair<std::size_t, span>> pieces;
        for (std::size_t i = 0; i < line.size();) {
            const span piece = alone.by_quotes(i, line.size());
            if (piece.size != 0) {
                if (piece.bad || piece.open || piece.fields.size() != columns_) {
                    return {};
                }
                pieces.emplace_back(at + i, piece);
            }
            i = piece.next;
        }
        return pieces.size() < 2 ? std::vector<std::pair<std::size_t, span>>() : pieces;
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
            const bool cut_off = s.fields.size() < columns_ && at + s.size == text_.size();
            k.faults.push_back(cut_off ? reason::truncated : reason::wrong_column_count);
        } else if (!framed_only_ && torn(s)) {
            k.faults.push_back(reason::bad_quoting);
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

    /// Where a field's quotes that are none to us could be counted as quotes.
    std::vector<std::size_t> quotes_in(const std::string& field) const {
        std::vector<std::size_t> at;
        const auto letter = [&](std::size_t i) {
            const auto c = static_cast<unsigned char>(field[i]);
            return c >= 0x80 || std::isalpha(c) != 0;
        };
        for (std::size_t i = 0; i < field.size(); ++i) {
            const bool apostrophe =
                field[i] == '\'' && i > 0 && i + 1 < field.size() && letter(i - 1) && letter(i + 1);
            if (field[i] == dialect_.quote && !apostrophe) {
                at.push_back(i);
            }
        }
        return at;
    }

    /// A quoted field behind blanks, or a pair of quotes in two fields.
    bool torn(const span& s) const {
        bool half_open = false;
        for (std::size_t i = 0; i < s.fields.size(); ++i) {
            const auto& field = s.fields[i];
            const std::size_t first = field.find_first_not_of(" \t");
            if (s.quoted[i] || first == std::string::npos) {
                continue;
            }
            const auto bare = field.substr(first, field.find_last_not_of(" \t") - first + 1);
            if (bare.size() > 1 && bare.front() == dialect_.quote &&
                bare.back() == dialect_.quote) {
                return true;
            }
            const auto quotes = quotes_in(field);
            if (quotes.size() % 2 == 0) {
                continue;
            }
            if (half_open && quotes.back() + 1 == field.size()) {
                return true;
            }
            const std::size_t behind = quotes.front() + 1;
            half_open = half_open ||
                        (behind < field.size() && field[behind] != ' ' && field[behind] != '\t');
        }
        return false;
    }

    std::string text_;
    std::size_t limit_;
    csv_dialect dialect_;
    std::size_t columns_ = 0;
    bool framed_only_ = false;
};

} // namespace noteload::source::test
