#include "noteload/delivery/note_text.hpp"

#include <array>
#include <cstdint>

namespace noteload::delivery {

namespace {

enum class sort_of : std::uint8_t { ordinary, blank, invisible };

struct piece {
    sort_of what = sort_of::ordinary;
    std::size_t length = 1;
};

constexpr unsigned byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

/// U+2000 to U+206F, by the two bytes behind 0xE2.
sort_of general_punctuation(unsigned second, unsigned third) {
    if (second == 0x80) {
        if (third <= 0x8A || third == 0xA8 || third == 0xA9 || third == 0xAF) {
            return sort_of::blank; // U+2000..200A, U+2028, U+2029, U+202F
        }
        const bool mark = third <= 0x8F || (third >= 0xAA && third <= 0xAE);
        return mark ? sort_of::invisible : sort_of::ordinary; // U+200B..200F, U+202A..202E
    }
    if (second == 0x81 && third >= 0x9F && third <= 0xAF) {
        return third == 0x9F ? sort_of::blank : sort_of::invisible; // U+205F, U+2060..206F
    }
    return sort_of::ordinary;
}

/// The piece at the start of `text` that is not `plain` by its first byte.
piece look_at(std::string_view text) {
    const unsigned second = byte_at(text, 1);
    const unsigned third = byte_at(text, 2);
    switch (byte_at(text, 0)) {
        case 0xC2:
            if (second == 0x85 || second == 0xA0) {
                return {sort_of::blank, 2}; // NEL, NBSP
            }
            return second == 0xAD ? piece{sort_of::invisible, 2} : piece{}; // soft hyphen
        case 0xE1:
            return second == 0x9A && third == 0x80 ? piece{sort_of::blank, 3} : piece{}; // U+1680
        case 0xE2:
            if (third >= 0x80) {
                const auto what = general_punctuation(second, third);
                return what == sort_of::ordinary ? piece{} : piece{what, 3};
            }
            return {};
        case 0xE3:
            return second == 0x80 && third == 0x80 ? piece{sort_of::blank, 3} : piece{}; // U+3000
        case 0xEF:
            return second == 0xBB && third == 0xBF ? piece{sort_of::invisible, 3} : piece{}; // BOM
        default:
            return {sort_of::blank, 1};
    }
}

/// Bytes that need no look: most of a text.
constexpr auto plain = [] {
    std::array<bool, 256> table{};
    table.fill(true);
    for (const unsigned c :
         {' ' + 0U, 0x09U, 0x0AU, 0x0BU, 0x0CU, 0x0DU, 0xC2U, 0xE1U, 0xE2U, 0xE3U, 0xEFU}) {
        table[c] = false;
    }
    return table;
}();

} // namespace

std::string fold_blanks(std::string_view text) {
    std::string out(text.size(), '\0');
    char* const begin = out.data();
    char* end = begin;
    bool after_blank = false;
    for (std::size_t at = 0; at < text.size();) {
        auto next = piece{};
        if (!plain[static_cast<unsigned char>(text[at])]) {
            next = look_at(text.substr(at));
        }
        if (next.what == sort_of::ordinary) {
            if (after_blank && end != begin) {
                *end++ = ' '; // there is room: a blank was read for it
            }
            *end++ = text[at];
        }
        after_blank =
            next.what == sort_of::blank || (after_blank && next.what == sort_of::invisible);
        at += next.length;
    }
    out.resize(static_cast<std::size_t>(end - begin));
    return out;
}

} // namespace noteload::delivery
