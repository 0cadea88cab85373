#include "noteload/mapping/excel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "noteload/mapping/field_values.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

constexpr std::array<std::string_view, 10> errors = {
    "#N/A",  "#REF!",  "#VALUE!", "#NAME?", "#DIV/0!",
    "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// `1.23E+05`, `1,23E+05`. A spreadsheet always writes the sign; `12E45` may be an id.
bool is_scientific(std::string_view text) noexcept {
    const auto e = text.find_first_of("eE");
    return e != std::string_view::npos && e > 0 && is_digit(text[0]) && e + 2 < text.size() &&
           (text[e + 1] == '+' || text[e + 1] == '-') &&
           text.substr(0, e).find_first_not_of("0123456789.,") == std::string_view::npos &&
           text.substr(e + 2).find_first_not_of("0123456789") == std::string_view::npos;
}

} // namespace

std::optional<reason> excel_leaving_of(std::string_view text) noexcept {
    if (text.size() > 2 && text.starts_with("=\"") && text.ends_with('"')) {
        return reason::excel_formula;
    }
    const auto is_it = [text](std::string_view e) { return equal_without_case(e, text); };
    const bool hashes = text.size() > 2 && text.find_first_not_of('#') == std::string_view::npos;
    return hashes || std::any_of(errors.begin(), errors.end(), is_it)
               ? std::optional(reason::excel_error)
               : std::nullopt;
}

std::optional<reason> excel_leaving_of_id(const cell& c) noexcept {
    if (c.kind == cell_kind::text && is_scientific(trimmed(c.text))) {
        return reason::excel_number;
    }
    return excel_leaving(c);
}

std::string explain_leaving(reason why, const cell& c) {
    switch (why) {
        case reason::excel_formula:
            return quoted(c) + " is a spreadsheet's formula: export the column as text";
        case reason::excel_number:
            return quoted(c) +
                   " is a number shortened by a spreadsheet, its digits may be lost: "
                   "export the column again as whole numbers";
        default:
            return quoted(c) + " is a spreadsheet's error: mend the cell, or leave it empty";
    }
}

} // namespace noteload::mapping
