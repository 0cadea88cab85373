#include "noteload/text.hpp"

#include <date/date.h>
#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace noteload {

namespace {

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Length of the well-formed UTF-8 sequence at the start of `text`, or 0: no overlong forms, which
/// could hide a control character, no surrogates, nothing over U+10FFFF.
std::size_t sequence_length(std::string_view text) noexcept {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) {
        return 1;
    }
    const std::size_t length = lead < 0xC2   ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || length > text.size()) {
        return 0;
    }
    // Only the second byte is bounded more closely (Unicode 15, table 3-7).
    const unsigned least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    const auto second = static_cast<unsigned char>(text[1]);
    if (second < least || second > most) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

/// C0, DEL and C1 (U+0080 to U+009F), on which a terminal may act; line and paragraph separators
/// (U+2028, U+2029); and what turns the direction of the text behind it (U+202A to U+202E, U+2066
/// to U+2069).
bool is_control(std::string_view sequence) noexcept {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
    if (sequence.size() == 1) {
        return at(0) < 0x20 || at(0) == 0x7F;
    }
    if (sequence.size() == 2) {
        return at(0) == 0xC2 && at(1) < 0xA0;
    }
    return sequence.size() == 3 && at(0) == 0xE2 &&
           ((at(1) == 0x80 && at(2) >= 0xA8 && at(2) <= 0xAE) ||
            (at(1) == 0x81 && at(2) >= 0xA6 && at(2) <= 0xA9));
}

} // namespace

std::string_view trimmed_slowly(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

bool equal_lower_case(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

char* put_utf8(char* out, char32_t c) noexcept {
    const auto put = [&out](char32_t byte) { *out++ = static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
    return out;
}

std::string valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto length = sequence_length(text);
        out += length == 0 ? "\uFFFD" : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

std::string printable(std::string_view text, std::size_t limit) {
    std::string out;
    while (!text.empty()) {
        const auto length = sequence_length(text);
        const auto piece = length == 0 ? std::string_view("?") : text.substr(0, length);
        const auto shown = is_control(piece) ? std::string_view("?") : piece;
        if (out.size() + shown.size() > limit) {
            return out + "...";
        }
        out += shown;
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

void append_utc_text(std::string& out, std::chrono::system_clock::time_point t) {
    using namespace std::chrono;
    const auto day = date::floor<date::days>(t);
    const date::year_month_day ymd{day};
    const auto ms = floor<milliseconds>(t - day).count();
    // A log line has one: each digit is put in its place.
    std::array<char, 24> text{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0',
                              '0', ':', '0', '0', ':', '0', '0', '.', '0', '0', '0', 'Z'};
    const auto put = [&](std::size_t end, std::int64_t n) {
        for (; n != 0; n /= 10) {
            text[--end] = static_cast<char>('0' + n % 10);
        }
    };
    put(4, static_cast<int>(ymd.year()));
    put(7, static_cast<unsigned>(ymd.month()));
    put(10, static_cast<unsigned>(ymd.day()));
    put(13, ms / 3'600'000);
    put(16, ms / 60'000 % 60);
    put(19, ms / 1000 % 60);
    put(23, ms % 1000);
    out.append(text.data(), text.size());
}

std::string utc_text(std::chrono::system_clock::time_point t) {
    std::string out;
    append_utc_text(out, t);
    return out;
}

std::string with_thousands(std::uint64_t n) {
    auto digits = std::to_string(n);
    for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3) {
        digits.insert(static_cast<std::size_t>(i), ",");
    }
    return digits;
}

std::string counted(std::uint64_t n, std::string_view one) {
    return fmt::format("{} {}{}", with_thousands(n), one, n == 1 ? "" : "s");
}

std::string duration_text(std::chrono::seconds d) {
    const auto s = d.count();
    if (s < 60) {
        return fmt::format("{} s", s);
    }
    if (s < 3600) {
        return s < 600 && s % 60 != 0 ? fmt::format("{} min {} s", s / 60, s % 60)
                                      : fmt::format("{} min", s / 60);
    }
    if (s < 86400) {
        return s % 3600 < 60 ? fmt::format("{} h", s / 3600)
                             : fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
    }
    return fmt::format("{} {} {} h", s / 86400, s < 2 * 86400 ? "day" : "days", s % 86400 / 3600);
}

std::string bytes_text(std::uint64_t n) {
    if (n < 1000) {
        return fmt::format("{} bytes", n);
    }
    constexpr std::string_view units[] = {"kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(n) / 1000;
    std::size_t unit = 0;
    while (value >= 999.95 && unit + 1 < std::size(units)) {
        value /= 1000;
        ++unit;
    }
    return fmt::format("{:.1f} {}", value, units[unit]);
}

} // namespace noteload
