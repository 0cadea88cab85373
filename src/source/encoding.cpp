#include "noteload/source/encoding.hpp"

#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <memory>

#include "noteload/source/utf8.hpp"

namespace noteload::source {

namespace {

using namespace std::string_view_literals;

std::optional<std::string> by_mark(std::string_view first) {
    if (first.starts_with(byte_order_mark)) {
        return std::string(utf8_name);
    }
    // The UTF-16 mark and a NUL is rather the UTF-32 mark.
    if (first.starts_with("\xFF\xFE\0\0"sv)) {
        return "UTF-32LE";
    }
    if (first.starts_with("\0\0\xFE\xFF"sv)) {
        return "UTF-32BE";
    }
    if (first.starts_with("\xFF\xFE"sv)) {
        return "UTF-16LE";
    }
    if (first.starts_with("\xFE\xFF"sv)) {
        return "UTF-16BE";
    }
    return std::nullopt;
}

/// Whether units of two bytes, the high one at `high`, seem to be text: a stray NUL in a small file
/// is not. There are some zeros, and a line end among them; or half of all is ASCII.
bool has_wide_text(std::string_view first, std::size_t high, std::size_t zeros) {
    constexpr std::size_t some = 4;
    if (zeros * 4 >= first.size()) {
        return zeros != 0;
    }
    for (std::size_t i = 0; i + 1 < first.size(); i += 2) {
        const char low = first[i + 1 - high];
        if (first[i + high] == '\0' && (low == '\n' || low == '\r') && zeros >= some) {
            return true;
        }
    }
    return false;
}

/// By where the zeros stand. Whatever the language, separators, digits and line ends are ASCII, so
/// some units have zeros in their high bytes; and no text has a zero in its low ones.
std::optional<std::string> by_zeros(std::string_view first) {
    std::array<std::size_t, 4> zeros{};
    for (std::size_t i = 0; i < first.size(); ++i) {
        zeros[i % 4] += first[i] == '\0' ? 1 : 0;
    }
    const std::size_t quads = first.size() / 4;
    const auto few = [&](std::size_t n, std::size_t of) { return n * 50 <= of; };
    if (quads > 0 && zeros[3] >= quads && zeros[2] * 10 >= quads * 9 && few(zeros[0], quads)) {
        return "UTF-32LE";
    }
    if (quads > 0 && zeros[0] >= quads && zeros[1] * 10 >= quads * 9 && few(zeros[3], quads)) {
        return "UTF-32BE";
    }
    const std::size_t pairs = first.size() / 2;
    const std::size_t even = zeros[0] + zeros[2];
    const std::size_t odd = zeros[1] + zeros[3];
    if (odd * 10 >= pairs && few(even, odd) && has_wide_text(first, 1, odd)) {
        return "UTF-16LE";
    }
    if (even * 10 >= pairs && few(odd, even) && has_wide_text(first, 0, even)) {
        return "UTF-16BE";
    }
    return std::nullopt;
}

/// What UTF-8 the text holds.
struct utf8_count {
    std::size_t right = 0;   ///< characters of several bytes
    std::size_t wrong = 0;   ///< bytes that belong to no character
    std::size_t unknown = 0; ///< of these, such as Western text does not have
};

bool is_western(unsigned char c) {
    return c != 0xFF && c != 0x81 && c != 0x8D && c != 0x8F && c != 0x90 && c != 0x9D;
}

utf8_count count_utf8(std::string_view text) {
    utf8_count n;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<unsigned char>(text[at]);
        if (lead < 0x80) {
            ++at;
            continue;
        }
        const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead >= 0xC2 && at + length <= text.size() && is_utf8(text.substr(at, length))) {
            ++n.right;
            at += length;
        } else {
            ++n.wrong;
            n.unknown += is_western(lead) ? 0 : 1;
            ++at;
        }
    }
    return n;
}

/// Without a character at the end of which only the first bytes are there.
std::string_view without_cut_character(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto c = static_cast<unsigned char>(text[text.size() - back]);
        if (c >= 0xC2) {
            const std::size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
            return back < length ? text.substr(0, text.size() - back) : text;
        }
        if (c < 0x80) {
            break;
        }
    }
    return text;
}

struct closing {
    void operator()(UConverter* c) const { ::ucnv_close(c); }
};
using converter = std::unique_ptr<UConverter, closing>;

converter open(const std::string& name) {
    UErrorCode error = U_ZERO_ERROR;
    // An empty name would be the machine's own encoding.
    converter c(name.empty() ? nullptr : ::ucnv_open(name.c_str(), &error));
    return U_SUCCESS(error) != 0 ? std::move(c) : nullptr;
}

} // namespace

std::string_view to_words(encoding_choice::by how) noexcept {
    constexpr std::string_view words[] = {"by --encoding", "by its byte order mark", "it is valid",
                                          "by its looks"};
    return words[static_cast<std::size_t>(how)];
}

bool is_ascii(std::string_view text) noexcept {
    constexpr std::size_t block = 4096; // without a branch inside, so that it is made of vectors
    for (; !text.empty(); text.remove_prefix(std::min(block, text.size()))) {
        unsigned char other = 0;
        for (const char c : text.substr(0, block)) {
            other |= static_cast<unsigned char>(static_cast<signed char>(c) <= 0);
        }
        if (other != 0) {
            return false;
        }
    }
    return true;
}

encoding_choice look_at_encoding(std::string_view first) {
    using by = encoding_choice::by;
    if (auto name = by_mark(first)) {
        return {std::move(*name), by::mark};
    }
    if (auto name = by_zeros(first)) {
        return {std::move(*name), by::looking};
    }
    first = without_cut_character(first);
    if (is_utf8(first)) {
        return {std::string(utf8_name), by::validity};
    }
    const auto n = count_utf8(first);
    if (n.wrong <= n.right || n.unknown > 0) {
        return {std::string(utf8_name), by::looking};
    }
    return {"windows-1252", by::looking};
}

bool is_encoding(const std::string& name) {
    return open(name) != nullptr;
}

std::optional<std::string> encoding_named(const std::string& name, std::string_view first) {
    const auto c = open(name);
    if (!c) {
        return std::nullopt;
    }
    const auto type = ::ucnv_getType(c.get());
    if (type == UCNV_UTF8) {
        return std::string(utf8_name);
    }
    if (type != UCNV_UTF16 && type != UCNV_UTF32) {
        return name;
    }
    const std::string family = type == UCNV_UTF16 ? "UTF-16" : "UTF-32";
    for (const auto& found : {by_mark(first), by_zeros(first)}) {
        if (found && found->starts_with(family)) {
            return found;
        }
    }
    return family + "LE";
}

} // namespace noteload::source
