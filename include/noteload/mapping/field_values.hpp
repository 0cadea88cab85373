#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "noteload/record.hpp"

// What a cell means as an id, a flag or a number of minutes. The readers are pure, allocate
// nothing and answer nothing where the cell is anything but a plain value of its kind; the `why_…`
// functions then tell a person, at leisure.

namespace noteload::mapping {

/// The largest `timeSpent`: what a 32-bit integer, the API's most likely type, holds.
inline constexpr std::int64_t max_minutes = 2'147'483'647;

/// Nothing is said: no such field, JSON null, or a text of blanks alone. Unicode's blanks count
/// (U+00A0, U+2000 to U+200B, U+3000, U+FEFF, …): the server would call such a note empty.
[[nodiscard]] bool is_empty_or_blank(const cell& c) noexcept;
[[nodiscard]] inline bool is_empty(const cell& c) noexcept {
    const bool is_said = c.kind > cell_kind::null && !c.text.empty() && c.text.front() > ' ' &&
                         c.text.front() <= '~'; // nearly every cell is
    return !is_said && is_empty_or_blank(c);
}

/// Decimal digits alone, from 1 to 2^63-1, without leading zeros; of a text, ASCII blanks at the
/// ends are passed over. A JSON number as it is written: `12.0` and `1e3` are none.
[[nodiscard]] std::optional<std::int64_t> read_contact_id(const cell& c) noexcept;
[[nodiscard]] std::string why_no_contact_id(const cell& c);

/// JSON true and false, JSON 0 and 1; true, false, yes, no, y, n, t, f, 1 and 0 as text, in any
/// case, ASCII blanks at the ends passed over.
[[nodiscard]] std::optional<bool> read_boolean(const cell& c) noexcept;
[[nodiscard]] std::string why_no_boolean(const cell& c);

/// Decimal digits alone, 0 to `max_minutes`, text or JSON number; leading zeros are harmless here.
[[nodiscard]] std::optional<std::int64_t> read_minutes(const cell& c) noexcept;
[[nodiscard]] std::string why_no_minutes(const cell& c);

/// Minutes from hours such as `1.5`, text or JSON number; nothing where they are no whole number of
/// minutes: 0.33 hours would have to be rounded.
[[nodiscard]] std::optional<std::int64_t> read_hours(const cell& c) noexcept;
[[nodiscard]] std::string why_no_hours(const cell& c);

/// Minutes from `1:30`, `01:30` or `100:05`; seconds of `:00` may follow.
[[nodiscard]] std::optional<std::int64_t> read_hh_mm(const cell& c) noexcept;
[[nodiscard]] std::string why_no_hh_mm(const cell& c);

/// A cell's value for a message: short, printable, in quotes; an array or object is only named.
[[nodiscard]] std::string quoted(const cell& c);

} // namespace noteload::mapping
