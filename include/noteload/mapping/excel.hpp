#pragma once

#include <optional>

#include "noteload/record.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

/// Of a text without blanks at its ends, which begins with `#` or `=`.
[[nodiscard]] std::optional<reason> excel_leaving_of(std::string_view trimmed_text) noexcept;

/// What a spreadsheet left in a text instead of its value: `="0012"` (`excel_formula`), `#N/A` and
/// its like, or a row of `#` (`excel_error`). Pure; allocates nothing.
[[nodiscard]] inline std::optional<reason> excel_leaving(const cell& c) noexcept {
    const auto text = trimmed(c.text);
    const bool may_be =
        c.kind == cell_kind::text && !text.empty() && (text.front() == '#' || text.front() == '=');
    return may_be ? excel_leaving_of(text) : std::nullopt;
}

/// These, or `1.23E+05` (`excel_number`), whose last digits are gone: for columns of ids.
[[nodiscard]] std::optional<reason> excel_leaving_of_id(const cell& c) noexcept;

/// What it is and what to do, for a person; the cell is quoted.
[[nodiscard]] std::string explain_leaving(reason why, const cell& c);

} // namespace noteload::mapping
