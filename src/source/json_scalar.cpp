#include "noteload/source/json_scalar.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "noteload/text.hpp"

namespace noteload::source {

namespace {

std::size_t digits(std::string_view text, std::size_t at) noexcept {
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
        ++at;
    }
    return at - begin;
}

/// The four hexadecimal digits at the front of `text`.
std::optional<std::uint32_t> code_unit(std::string_view text) noexcept {
    if (text.size() < 4) {
        return std::nullopt;
    }
    std::uint32_t unit = 0;
    for (const char c : text.substr(0, 4)) {
        const bool digit = c >= '0' && c <= '9';
        const char lower = static_cast<char>(c | 0x20);
        if (!digit && (lower < 'a' || lower > 'f')) {
            return std::nullopt;
        }
        unit = unit << 4 | static_cast<std::uint32_t>(digit ? c - '0' : lower - 'a' + 10);
    }
    return unit;
}

/// The character of `\uXXXX`, or of two of them, at the front of `rest`, which loses them.
std::optional<std::uint32_t> unicode_escape(std::string_view& rest) noexcept {
    const auto first = code_unit(rest.substr(2));
    if (!first || (*first >= 0xDC00 && *first < 0xE000)) {
        return std::nullopt;
    }
    rest.remove_prefix(6);
    if (*first < 0xD800 || *first >= 0xE000) {
        return first;
    }
    if (!rest.starts_with("\\u")) {
        return std::nullopt;
    }
    const auto second = code_unit(rest.substr(2));
    if (!second || *second < 0xDC00 || *second >= 0xE000) {
        return std::nullopt;
    }
    rest.remove_prefix(6);
    return 0x10000 + ((*first - 0xD800) << 10 | (*second - 0xDC00));
}

/// What `\c` stands for; 0 when it stands for nothing.
char short_escape(char c) noexcept {
    switch (c) {
        case '"':
        case '\\':
        case '/':
            return c;
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return 0;
    }
}

} // namespace

bool is_json_number(std::string_view text) noexcept {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const std::size_t whole = digits(text, at);
    if (whole == 0 || (whole > 1 && text[at] == '0')) {
        return false;
    }
    at += whole;
    if (at < text.size() && text[at] == '.') {
        const std::size_t fraction = digits(text, at + 1);
        if (fraction == 0) {
            return false;
        }
        at += 1 + fraction;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        at += at < text.size() && (text[at] == '+' || text[at] == '-') ? 1 : 0;
        const std::size_t exponent = digits(text, at);
        if (exponent == 0) {
            return false;
        }
        at += exponent;
    }
    return at == text.size();
}

bool is_unfinished_json(std::string_view text) noexcept {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || text[begin] != '{') {
        return false;
    }
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            in_string = !in_string;
        } else if (in_string) {
            i += c == '\\' ? 1 : 0;
        } else {
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        }
    }
    return in_string || depth > 0;
}

bool is_half_character(std::string_view inside) noexcept {
    for (std::size_t at = inside.find('\\'); at != std::string_view::npos && at + 1 < inside.size();
         at = inside.find('\\', at)) {
        std::string_view rest = inside.substr(at);
        if (rest[1] != 'u') {
            if (short_escape(rest[1]) == 0) {
                return false;
            }
            at += 2;
            continue;
        }
        if (!unicode_escape(rest)) {
            return code_unit(inside.substr(at + 2)).has_value();
        }
        at = inside.size() - rest.size();
    }
    return false;
}

char* unescape_json(std::string_view inside, char* out) noexcept {
    for (;;) {
        const std::size_t plain = std::min(inside.find('\\'), inside.size());
        out = std::copy_n(inside.data(), plain, out);
        inside.remove_prefix(plain);
        if (inside.empty()) {
            return out;
        }
        if (inside.size() < 2) {
            return nullptr;
        }
        if (inside[1] == 'u') {
            const auto c = unicode_escape(inside);
            if (!c) {
                return nullptr;
            }
            out = put_utf8(out, *c);
            continue;
        }
        const char c = short_escape(inside[1]);
        if (c == 0) {
            return nullptr;
        }
        *out++ = c;
        inside.remove_prefix(2);
    }
}

} // namespace noteload::source
