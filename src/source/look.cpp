#include "noteload/source/look.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "noteload/source/decoding_source.hpp"
#include "noteload/source/trial_reading.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

namespace {

/// What a text is, read in some dialect.
struct reading_of {
    std::uint32_t columns = 0; ///< the header's
    std::size_t good = 0;      ///< records with as many, and well-formed
    std::size_t bad = 0;
    line_ends ends;
    bool has_rows() const { return good + bad != 0; }
};

void note_end(line_ends& ends, std::string_view text, const framed& f) {
    if (f.next == f.byte + f.size) {
        return; // the text's end
    }
    const char last = text[static_cast<std::size_t>(f.next) - 1];
    const bool pair = f.next - f.byte - f.size == 2;
    (last == '\r' ? ends.cr : pair ? ends.cr_lf : ends.lf) = true;
}

reading_of read_in(const csv_dialect& dialect, std::string_view text, bool whole,
                   std::uint32_t columns) {
    const auto trial = read_for_trial(dialect, text, whole, columns);
    reading_of r{.columns = trial.columns, .good = trial.good, .bad = trial.bad, .ends = {}};
    for (const framed& f : trial.found) {
        note_end(r.ends, text, f);
    }
    return r;
}

/// With or without CR as a record's end, whichever reads better.
reading_of better_ends(csv_dialect& dialect, std::string_view text, bool whole,
                       std::uint32_t columns) {
    const reading_of without = read_in(dialect, text, whole, columns);
    if (text.find('\r') == std::string_view::npos) {
        return without;
    }
    csv_dialect any = dialect;
    any.cr_ends = true;
    const reading_of with = read_in(any, text, whole, columns);
    const bool no_others = !without.ends.lf && !without.ends.cr_lf;
    const bool cr_alone = with.ends.cr && with.has_rows() &&
                          (!without.has_rows() || (no_others && with.good > without.good));
    const bool fewer_bad = with.has_rows() && with.ends.cr && with.bad < without.bad;
    if (!cr_alone && !fewer_bad) {
        return without;
    }
    dialect = any;
    return with;
}

/// The separator of Excel's first line `sep=;`.
std::optional<char> said_separator(std::string_view text) {
    if (text.size() < 6 || !equal_without_case(text.substr(0, 4), "sep=") ||
        (text[5] != '\r' && text[5] != '\n')) {
        return std::nullopt;
    }
    return text[4];
}

std::uint32_t columns_named(const dialect_options& o) {
    return o.no_header ? static_cast<std::uint32_t>(split_fields(o.columns, {}).size()) : 0;
}

/// All but the quote, which is given.
csv_look look_with(char quote, std::string_view first, bool whole, const dialect_options& o) {
    csv_look look;
    look.dialect.quote = quote;
    look.dialect.backslash = o.backslash;
    std::string candidates = ",;\t|";
    if (!o.delimiter.empty()) {
        candidates = o.delimiter.size() == 1 ? o.delimiter[0] : decoding_source::stand_in;
    }
    if (const auto said = o.skip_lines == 0 ? said_separator(first) : std::nullopt) {
        look.says_separator = true;
        first.remove_prefix(behind_lines(first, 1));
        candidates = o.delimiter.empty() ? std::string(1, *said) : candidates;
    }
    const std::uint32_t named = columns_named(o);
    csv_dialect fallback = look.dialect;
    fallback.delimiter = candidates.front();
    look.ends = better_ends(fallback, first, whole, named).ends;
    std::optional<reading_of> best;
    look.ambiguous = named != 0 && candidates.size() > 1; // no header tells
    for (const char delimiter : candidates) {
        csv_dialect dialect = look.dialect;
        dialect.delimiter = delimiter;
        const reading_of r = better_ends(dialect, first, whole, named);
        if (r.columns < 2 || (named != 0 && r.good == 0)) {
            continue;
        }
        look.ambiguous |= best.has_value();
        const std::size_t mine = r.good * (best ? best->good + best->bad : 0);
        const std::size_t its = (best ? best->good : 0) * (r.good + r.bad);
        if (!best || mine > its || (mine == its && r.columns > best->columns)) {
            best = r;
            look.ends = r.ends;
            fallback = dialect;
        }
    }
    look.dialect = fallback;
    return look;
}

} // namespace

csv_look look_at_csv(std::string_view first, bool whole, const dialect_options& o) {
    csv_look usual = look_with(o.quote == 0 ? '"' : o.quote, first, whole, o);
    constexpr char other_quote = '\'';
    if (o.quote != 0 || o.delimiter == std::string(1, other_quote) ||
        first.find(other_quote) == std::string_view::npos) {
        return usual;
    }
    csv_look other = look_with(other_quote, first, whole, o);
    first.remove_prefix(usual.says_separator ? behind_lines(first, 1) : 0);
    other.quote = look_for_quote(first, whole, {usual.dialect, other.dialect, columns_named(o)});
    return other.quote == quote_sign::none ? usual : other;
}

bool jsonl_ends_with_cr(std::string_view first) noexcept {
    std::size_t cr = first.find('\r');
    while (cr != std::string_view::npos) {
        const std::size_t before = first.substr(0, cr).find_last_not_of(" \t\r");
        const std::size_t behind = first.find_first_not_of(" \t\r", cr);
        if (before != std::string_view::npos && first[before] == '}' &&
            (behind == std::string_view::npos || first[behind] == '{')) {
            return behind != std::string_view::npos;
        }
        cr = behind == std::string_view::npos ? behind : first.find('\r', behind);
    }
    return false;
}

std::size_t behind_lines(std::string_view text, std::uint64_t lines) noexcept {
    std::size_t at = 0;
    for (; lines > 0 && at < text.size(); --lines) {
        at = text.find_first_of("\r\n", at);
        if (at == std::string_view::npos) {
            return text.size();
        }
        at += text.substr(at).starts_with("\r\n") ? 2 : 1;
    }
    return at;
}

} // namespace noteload::source
