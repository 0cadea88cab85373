#include "noteload/mapping/field_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string_view>

#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

constexpr std::size_t quoted_limit = 40;
constexpr std::string_view id_expected = "a contact id is a whole number from 1, such as 1234";

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// A JSON string or CSV cell, or a JSON number: what may hold digits.
bool may_be_number(const cell& c) noexcept {
    return c.kind == cell_kind::text || c.kind == cell_kind::number;
}

/// from_chars alone would take `-1` and `-0`, and stop quietly before `.0`.
std::optional<std::int64_t> whole_number(std::string_view text) noexcept {
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || text.front() == '-') {
        return std::nullopt;
    }
    return value;
}

/// Bytes of the Unicode blank that `text` starts with, or 0. Invisible joiners that a note might
/// end up with alone (zero width space, byte order mark) count as blanks.
std::size_t unicode_blank(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 8> blanks = {"\u00A0", "\u1680", "\u2028", "\u2029",
                                                        "\u202F", "\u205F", "\u3000", "\uFEFF"};
    for (const auto blank : blanks) {
        if (text.starts_with(blank)) {
            return blank.size();
        }
    }
    // U+2000 to U+200B are E2 80 80 to E2 80 8B.
    const bool wide = text.size() >= 3 && text.starts_with("\xE2\x80") &&
                      static_cast<unsigned char>(text[2]) >= 0x80 &&
                      static_cast<unsigned char>(text[2]) <= 0x8B;
    return wide ? 3 : 0;
}

bool only_blanks(std::string_view text) noexcept {
    for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
        const auto blank = unicode_blank(text);
        if (blank == 0) {
            return false;
        }
        text.remove_prefix(blank);
    }
    return true;
}

/// `1.23E+05`, `1e3`: what a spreadsheet makes of a long number.
bool is_scientific(std::string_view text) noexcept {
    const auto e = text.find_first_of("eE");
    return e != std::string_view::npos && e > 0 && is_digit(text[0]) &&
           text.find_first_not_of("0123456789.,eE+-") == std::string_view::npos;
}

} // namespace

bool is_empty_or_blank(const cell& c) noexcept {
    switch (c.kind) {
        case cell_kind::absent:
        case cell_kind::null:
            return true;
        case cell_kind::text:
            return only_blanks(c.text);
        case cell_kind::number:
        case cell_kind::boolean:
        case cell_kind::nested:
            return false;
    }
    return false;
}

std::optional<std::int64_t> read_contact_id(const cell& c) noexcept {
    const auto text = trimmed(c.text);
    if (!may_be_number(c) || text.starts_with('0')) {
        return std::nullopt;
    }
    return whole_number(text);
}

std::string why_no_contact_id(const cell& c) {
    const auto text = trimmed(c.text);
    const auto value = quoted(c);
    if (!may_be_number(c)) {
        return fmt::format("{}: {}", value, id_expected);
    }
    if (all_digits(text) && text.find_first_not_of('0') == std::string_view::npos) {
        return fmt::format("{}: contact ids start at 1", value);
    }
    if (all_digits(text) && text.starts_with('0')) {
        return fmt::format(
            "{} has leading zeros, which a Virtuous contact id has not: it may be "
            "an id of the former system",
            value);
    }
    if (all_digits(text)) {
        return fmt::format("{} is larger than any contact id", value);
    }
    if (is_scientific(text)) {
        return fmt::format(
            "{} is a number shortened by a spreadsheet, its digits may be lost: "
            "export the column again as whole numbers",
            value);
    }
    return fmt::format("{}: {}", value, id_expected);
}

std::optional<bool> read_boolean(const cell& c) noexcept {
    struct word {
        std::string_view text;
        bool meaning;
    };
    constexpr std::array<word, 10> words = {
        word{"true", true}, {"false", false}, {"1", true},  {"0", false}, {"yes", true},
        {"no", false},      {"y", true},      {"n", false}, {"t", true},  {"f", false}};
    if (c.kind == cell_kind::nested) {
        return std::nullopt;
    }
    const auto text = trimmed(c.text);
    for (const auto& w : words) {
        if (equal_without_case(text, w.text)) {
            return w.meaning;
        }
    }
    return std::nullopt;
}

std::string why_no_boolean(const cell& c) {
    return fmt::format("{} is neither yes nor no: write true or false", quoted(c));
}

std::optional<std::int64_t> read_minutes(const cell& c) noexcept {
    if (!may_be_number(c)) {
        return std::nullopt;
    }
    const auto minutes = whole_number(trimmed(c.text));
    return minutes && *minutes <= max_minutes ? minutes : std::nullopt;
}

std::string why_no_minutes(const cell& c) {
    if (may_be_number(c) && all_digits(trimmed(c.text))) {
        return fmt::format("{} is more minutes than the API can hold", quoted(c));
    }
    return fmt::format("{} is not a number of whole minutes, such as 90", quoted(c));
}

std::string quoted(const cell& c) {
    if (c.kind == cell_kind::nested) {
        return "an array or object";
    }
    return '"' + printable(trimmed(c.text), quoted_limit) + '"';
}

} // namespace noteload::mapping
