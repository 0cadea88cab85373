#include "noteload/source/csv_framer.hpp"

#include <algorithm>
#include <bit>

namespace noteload::source {

namespace {

constexpr std::size_t block_size = 64;

/// With so many bytes over the limit scanned, a record is too long whatever follows: a record of
/// the limit's size may have a CR LF behind it that is still to be told from text.
constexpr std::size_t too_many = 3;

/// The bits under bit `i` (0 to 63).
constexpr std::uint64_t below(int i) noexcept {
    return (std::uint64_t{1} << i) - 1;
}

} // namespace

csv_framer::csv_framer(const csv_dialect& dialect, std::size_t limit, cpu with)
    : framer(limit, dialect.cr_ends), dialect_(dialect), with_(with), masks_(dialect, with) {
    forget();
}

void csv_framer::restart(std::uint64_t byte, std::uint64_t line) {
    stray_until_ = 0;
    runaway_ = {};
    framer::restart(byte, line);
}

void csv_framer::forget() {
    pos_ = begin_;
    in_quotes_ = false;
    newlines_ = 0;
    found_ = framed{.columns = 1};
    bad_at_ = 0;
    skipped_ = false;
}

bool csv_framer::find_one(std::string_view text, bool at_end, std::vector<framed>& out) {
    if (pos_ == begin_ && pass_known_stray(text, at_end, out)) {
        return true;
    }
    for (;;) {
        const bool complete = scan(text, at_end);
        if (!complete && pos_ - begin_ < limit_ + too_many) {
            return false;
        }
        std::size_t end = pos_;
        const bool open = complete && in_quotes_;
        if (open) {
            // A last line end stays outside of the record, so that it is the same record when it
            // is read back from a reject file.
            found_.truncated = true;
            end -= text.ends_with('\n') ? 1 : 0;
        }
        if (!complete || over_limit(text, end)) {
            runaway_ = {origin_ + pos_, in_quotes_};
            finish_first_line({.too_long = true}, text, at_end, out);
            return true;
        }
        if (skipped_) {
            forget(); // not too long after all: scan all of it
            continue;
        }
        const bool broken = found_.bad_quoting || found_.truncated;
        const bool is_sound = !broken && found_.columns == expected_;
        if (!is_sound && newlines_ == 0 && finish_split(text, end, out)) {
            return true;
        }
        const std::size_t row = broken ? last_row_in(text.substr(begin_, end - begin_)) : 0;
        if (row == 0) {
            finish(found_, text, end, newlines_ + 1, out);
            return true;
        }
        // The next lines are as broken as this one where they, too, would have gone on past the bad
        // quote and that row.
        const std::uint64_t row_at = origin_ + begin_ + row;
        stray_until_ = open ? row_at : std::min(row_at, bad_at_);
        finish_stray(text, at_end, out);
        return true;
    }
}

void csv_framer::finish_stray(std::string_view text, bool at_end, std::vector<framed>& out) {
    const std::size_t end = std::min(find_end(text, begin_, at_end), text.size());
    if (finish_split(text, end, out)) {
        return;
    }
    framed first{.quoted = true, .bad_quoting = true};
    const std::string_view line = text.substr(begin_, end - begin_);
    first.nul = line.find('\0') != std::string_view::npos;
    finish_first_line(first, text, at_end, out);
}

bool csv_framer::pass_known_stray(std::string_view text, bool at_end, std::vector<framed>& out) {
    const std::uint64_t known = std::max(stray_until_, runaway_.at);
    if (origin_ + begin_ >= known || known > origin_ + text.size()) {
        return false;
    }
    const std::size_t newline = find_end(text, begin_, at_end);
    if (newline == std::string_view::npos || origin_ + newline >= known ||
        !opens_quote(text.substr(begin_, newline - begin_))) {
        return false;
    }
    if (origin_ + newline < stray_until_) {
        finish_stray(text, at_end, out);
        return true;
    }
    pos_ = static_cast<std::size_t>(runaway_.at - origin_);
    in_quotes_ = runaway_.in_quotes;
    skipped_ = true;
    return false;
}

/// Where the last line of `record` but its first starts that is a row by itself; 0 for none.
std::size_t csv_framer::last_row_in(std::string_view record) const {
    if (expected_ < 2) {
        return 0;
    }
    const std::string_view ends = cr_ends_ ? "\r\n" : "\n";
    std::size_t newline = record.find_last_of(ends);
    while (newline != std::string_view::npos) {
        if (is_row(record.substr(newline + 1))) {
            return newline + 1;
        }
        record = record.substr(0, newline);
        newline = record.find_last_of(ends);
    }
    return 0;
}

/// Passes the line up to `end` as the records that its CRs make of it; false where it is none of
/// those lines.
bool csv_framer::finish_split(std::string_view text, std::size_t end, std::vector<framed>& out) {
    if (cr_ends_ || expected_ < 2) {
        return false;
    }
    const std::string_view line = text.substr(begin_, without_cr(text, end) - begin_);
    if (line.find('\r') == std::string_view::npos) {
        return false;
    }
    csv_dialect any_end = dialect_;
    any_end.cr_ends = true;
    csv_framer alone(any_end, line.size(), with_);
    std::vector<framed> pieces;
    alone.frame(line, true, pieces);
    const auto is_whole = [this](const framed& f) {
        return !f.bad_quoting && !f.truncated && f.columns == expected_;
    };
    if (pieces.size() < 2 || !std::all_of(pieces.begin(), pieces.end(), is_whole)) {
        return false;
    }
    for (framed& piece : pieces) {
        piece.begin += begin_;
        piece.byte += origin_ + begin_;
        piece.next += origin_ + begin_;
        piece.line = line_;
    }
    pieces.back().next = origin_ + std::min(end + 1, text.size());
    out.insert(out.end(), pieces.begin(), pieces.end());
    pass(text, end, 1);
    return true;
}

bool csv_framer::is_row(std::string_view line) const {
    csv_framer alone(dialect_, line.size(), with_);
    std::vector<framed> found;
    alone.frame(line, true, found);
    return !found.empty() && !found[0].bad_quoting && !found[0].truncated &&
           found[0].columns == expected_;
}

bool csv_framer::opens_quote(std::string_view line) const {
    csv_framer alone(dialect_, line.size(), with_);
    std::vector<framed> found;
    alone.frame(line, true, found);
    return !found.empty() && found[0].truncated;
}

bool csv_framer::scan(std::string_view text, bool at_end) {
    if (cr_ends_) {
        return scan_blocks<true>(text, at_end);
    }
    return with_ == cpu::avx2 ? scan_fast(text, at_end) : scan_blocks<false>(text, at_end);
}

// Every processor with AVX2 has these two; without them each popcount is a call.
#ifdef __x86_64__
[[gnu::target("popcnt,bmi")]]
#endif
bool csv_framer::scan_fast(std::string_view text, bool at_end) {
    return scan_blocks<false>(text, at_end);
}

/// How many lines end inside quotes at those of a block's `newlines`: the LF of a CR LF is no end
/// of its own.
std::uint64_t csv_framer::lines_in(std::string_view text, std::size_t base,
                                   std::uint64_t newlines) const noexcept {
    std::uint64_t lines = 0;
    for (; newlines != 0; newlines &= newlines - 1) {
        const std::size_t at = base + static_cast<std::size_t>(std::countr_zero(newlines));
        lines += text[at] == '\r' || text[at - 1] != '\r' ? 1 : 0;
    }
    return lines;
}

template <bool cr_ends>
[[gnu::always_inline]] inline bool csv_framer::scan_blocks(std::string_view text, bool at_end) {
    const std::size_t last = std::min(text.size(), begin_ + limit_ + too_many);
    while (pos_ < last) {
        const std::size_t base = pos_ / block_size * block_size;
        const csv_masks& masks = masks_[pos_ / block_size];
        const std::uint64_t from = ~std::uint64_t{0} << (pos_ - base);
        std::uint64_t events = masks.quote;
        if (!in_quotes_) {
            // Only a quote at a field's start opens one. What stands before the text starts a
            // record.
            const bool at_break = base == 0 || text[base - 1] == dialect_.delimiter ||
                                  text[base - 1] == '\n' || (cr_ends && text[base - 1] == '\r');
            std::uint64_t starts =
                (masks.delimiter | masks.newline) << 1 | static_cast<std::uint64_t>(at_break);
            if (cr_ends && begin_ >= base && begin_ < base + block_size) {
                starts |= std::uint64_t{1} << (begin_ - base); // its CR may have been dropped
            }
            events = masks.newline | (masks.quote & starts);
        }
        events &= from;
        const int event = std::countr_zero(events);
        const std::uint64_t passed = events == 0 ? from : from & below(event);
        found_.nul |= (masks.nul & passed) != 0;
        if (in_quotes_) {
            newlines_ += cr_ends
                             ? lines_in(text, base, masks.newline & passed)
                             : static_cast<std::uint64_t>(std::popcount(masks.newline & passed));
        } else {
            found_.columns += static_cast<std::uint32_t>(std::popcount(masks.delimiter & passed));
            found_.stray |= (masks.quote & passed) != 0;
        }
        if (events == 0) {
            pos_ = std::min(base + block_size, text.size());
            continue;
        }
        pos_ = base + static_cast<std::size_t>(event);
        if (!in_quotes_) {
            if (text[pos_] == '\n') {
                return true;
            }
            if (cr_ends && text[pos_] == '\r') {
                if (pos_ + 1 == text.size()) {
                    return at_end; // its LF may follow: the next call looks again
                }
                pos_ += text[pos_ + 1] == '\n' ? 1 : 0;
                return true;
            }
            in_quotes_ = found_.quoted = true;
            ++pos_;
            continue;
        }
        switch (what_follows(text, pos_, at_end)) {
            case after_quote::undecided:
                return false; // the next call looks at this quote again
            case after_quote::doubled:
                pos_ += 2;
                break;
            case after_quote::escaped:
                ++pos_;
                break;
            case after_quote::text:
                found_.bad_quoting = true;
                bad_at_ = origin_ + pos_;
                [[fallthrough]];
            case after_quote::closed:
                in_quotes_ = false;
                ++pos_;
                break;
        }
    }
    return at_end && pos_ >= text.size();
}

csv_framer::after_quote csv_framer::what_follows(std::string_view text, std::size_t quote,
                                                 bool at_end) const noexcept {
    if (dialect_.backslash && is_escaped(text, quote)) {
        return after_quote::escaped;
    }
    const auto cut = at_end ? after_quote::closed : after_quote::undecided;
    const std::size_t next = quote + 1;
    if (next >= text.size()) {
        return cut;
    }
    if (text[next] == dialect_.quote) {
        return after_quote::doubled;
    }
    if (text[next] == dialect_.delimiter || text[next] == '\n') {
        return after_quote::closed;
    }
    if (text[next] != '\r') {
        return after_quote::text;
    }
    if (cr_ends_) {
        return after_quote::closed;
    }
    if (next + 1 >= text.size()) {
        return cut;
    }
    return text[next + 1] == '\n' ? after_quote::closed : after_quote::text;
}

/// Backslashes come in pairs but for the one before a quote; the first of them follows the quote
/// that opened the field, or text.
bool csv_framer::is_escaped(std::string_view text, std::size_t quote) const noexcept {
    std::size_t first = quote;
    while (first > begin_ && text[first - 1] == '\\') {
        --first;
    }
    return (quote - first) % 2 != 0;
}

} // namespace noteload::source
