#pragma once

#include <optional>

#include "noteload/record.hpp"

namespace noteload::mapping {

/// What a spreadsheet left in a text instead of its value: `="0012"` (`excel_formula`), `#N/A` and
/// its like, or a row of `#` (`excel_error`). Pure; allocates nothing.
[[nodiscard]] std::optional<reason> excel_leaving(const cell& c) noexcept;

/// These, or `1.23E+05` (`excel_number`), whose last digits are gone: for columns of ids.
[[nodiscard]] std::optional<reason> excel_leaving_of_id(const cell& c) noexcept;

/// What it is and what to do, for a person; the cell is quoted.
[[nodiscard]] std::string explain_leaving(reason why, const cell& c);

} // namespace noteload::mapping
