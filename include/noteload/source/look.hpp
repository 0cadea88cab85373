#pragma once

#include <cstdint>
#include <string_view>

#include "noteload/source/csv_dialect.hpp"
#include "noteload/source/dialect_options.hpp"
#include "noteload/source/quote_look.hpp"

namespace noteload::source {

/// Bytes at an input's beginning by which it is decided how to read all of it.
inline constexpr std::size_t look_size = 64 * 1024;

/// How the records that were looked at end.
struct line_ends {
    bool lf = false;
    bool cr_lf = false;
    bool cr = false;

    friend bool operator==(const line_ends&, const line_ends&) = default;
};

/// How a CSV file is written, as its first records tell.
struct csv_look {
    csv_dialect dialect;
    line_ends ends;
    bool says_separator = false; ///< its first line is Excel's `sep=;`, which is not the header
    bool ambiguous = false;      ///< the header alone does not tell the separator
    quote_sign quote = quote_sign::none; ///< why it is `'`, where that was found by looking

    friend bool operator==(const csv_look&, const csv_look&) = default;
};

/// Looks at `first`, the input's text behind the byte order mark and the lines that are skipped;
/// `whole`: nothing comes behind it.
///
/// The separator, unless it is given: of comma, semicolon, tab and vertical bar those by which the
/// header has two columns at least; of several, the one by which the most of the records have as
/// many columns as the header (quotes taken into account), then that with the most columns. Comma
/// where there is none. Excel's line `sep=;` decides.
///
/// The quote, unless it is given: `'` where `look_for_quote` says so, else `"`.
///
/// The record ends: LF and CR LF always; a CR by itself where fewer records are broken or ragged
/// with it than without it, or the header ends with one and nothing speaks against it.
[[nodiscard]] csv_look look_at_csv(std::string_view first, bool whole, const dialect_options& o);

/// The same for JSONL, where only the record ends are to be found: a CR ends one where it stands
/// between two objects, since inside one it would be a blank that nobody writes.
[[nodiscard]] bool jsonl_ends_with_cr(std::string_view first) noexcept;

/// Where the line after the first `lines` starts (after LF, CR LF or CR), the text's size when that
/// has not so many.
[[nodiscard]] std::size_t behind_lines(std::string_view text, std::uint64_t lines) noexcept;

} // namespace noteload::source
