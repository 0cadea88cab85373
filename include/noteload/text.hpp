#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace noteload {

/// The same as `trimmed`, for who has something to trim.
[[nodiscard]] std::string_view trimmed_slowly(std::string_view text) noexcept;

/// Without the ASCII blanks (space, tab, line ends) at either end.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) noexcept {
    // Most have nothing to trim, and there are many.
    const auto is_ink = [](char c) { return static_cast<unsigned char>(c) > ' '; };
    return !text.empty() && is_ink(text.front()) && is_ink(text.back()) ? text
                                                                        : trimmed_slowly(text);
}

/// Of texts of the same size.
[[nodiscard]] bool equal_lower_case(std::string_view a, std::string_view b) noexcept;

/// ASCII letters compared without case, all other bytes as they are.
[[nodiscard]] inline bool equal_without_case(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && equal_lower_case(a, b);
}
[[nodiscard]] std::string lower_case(std::string_view text);

/// Text from a file or a server made fit for a terminal, a log or a message: control characters and
/// invalid UTF-8 become `?`, and what is longer than `limit` bytes is cut there at a
/// character and followed by `...`.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 80);

/// With U+FFFD for each byte that is not part of well-formed UTF-8: what JSON can hold.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// Writes a character as UTF-8 (1 to 4 bytes) and returns the end. Not a surrogate.
char* put_utf8(char* out, char32_t c) noexcept;

/// `2026-11-24T03:54:12.345Z`
[[nodiscard]] std::string utc_text(std::chrono::system_clock::time_point t);
void append_utc_text(std::string& out, std::chrono::system_clock::time_point t);

/// `1,234,567`
[[nodiscard]] std::string with_thousands(std::uint64_t n);

/// `1 note`, `1,234 notes`: `one` takes an `s` where there is not just one.
[[nodiscard]] std::string counted(std::uint64_t n, std::string_view one);

/// `4 s`, `12 min`, `3 h 20 min`, `2 days 4 h`: for people, two units at most.
[[nodiscard]] std::string duration_text(std::chrono::seconds d);

/// `512 bytes`, `1.2 MB`, `3.4 GB` (powers of 1000).
[[nodiscard]] std::string bytes_text(std::uint64_t n);

} // namespace noteload
