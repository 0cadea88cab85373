#include "noteload/json_text.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace noteload {

namespace {

// The letter after the backslash; 'u' for the long form; 0 for a byte that stands for itself.
constexpr auto escapes = [] {
    std::array<char, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) {
        table[c] = 'u';
    }
    table['\b'] = 'b';
    table['\t'] = 't';
    table['\n'] = 'n';
    table['\f'] = 'f';
    table['\r'] = 'r';
    table['"'] = '"';
    table['\\'] = '\\';
    return table;
}();

constexpr std::uint64_t in_each_byte(std::uint8_t byte) {
    return byte * 0x0101010101010101U;
}

/// The top bit of each byte that is less than `limit` (128 at most). Above the first of them the
/// bits may be wrong, as a borrow runs upwards.
constexpr std::uint64_t less(std::uint64_t bytes, std::uint8_t limit) {
    return (bytes - in_each_byte(limit)) & ~bytes & in_each_byte(0x80);
}

constexpr std::size_t block_size = 64;

/// Without a branch inside, so that vectors find it out.
bool has_special(std::string_view block) {
    unsigned char found = 0; // no wider, or a vector holds a quarter as many
    for (const char c : block) {
        const bool special = (static_cast<unsigned char>(c) < 0x20) | (c == '"') | (c == '\\');
        found |= static_cast<unsigned char>(special);
    }
    return found != 0;
}

/// Bytes at the front that stand for themselves: in large steps, notes being mostly plain text.
std::size_t plain_bytes(std::string_view text) {
    std::size_t i = 0;
    while (i + block_size <= text.size() && !has_special(text.substr(i, block_size))) {
        i += block_size;
    }
    if constexpr (std::endian::native == std::endian::little) {
        for (; i + 8 <= text.size(); i += 8) {
            std::uint64_t bytes = 0;
            std::memcpy(&bytes, text.data() + i, 8);
            const auto found = less(bytes, 0x20) | less(bytes ^ in_each_byte('"'), 1) |
                               less(bytes ^ in_each_byte('\\'), 1);
            if (found != 0) {
                return i + static_cast<std::size_t>(std::countr_zero(found)) / 8;
            }
        }
    }
    while (i < text.size() && escapes[static_cast<unsigned char>(text[i])] == 0) {
        ++i;
    }
    return i;
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    for (;;) {
        const auto plain = plain_bytes(text);
        out.append(text.substr(0, plain));
        if (plain == text.size()) {
            break;
        }
        const auto byte = static_cast<unsigned char>(text[plain]);
        text.remove_prefix(plain + 1);
        const char letter = escapes[byte];
        out.push_back('\\');
        out.push_back(letter);
        if (letter == 'u') {
            constexpr std::string_view hex = "0123456789abcdef";
            out.append("00");
            out.push_back(hex[byte >> 4]);
            out.push_back(hex[byte & 0xF]);
        }
    }
    out.push_back('"');
}

std::size_t json_string_size(std::string_view text) noexcept {
    std::size_t size = 2 + text.size();
    while (!text.empty()) {
        const std::string_view block = text.substr(0, block_size);
        text.remove_prefix(block.size());
        const bool special = has_special(block); // mostly not
        for (std::size_t i = 0; special && i < block.size(); ++i) {
            const char letter = escapes[static_cast<unsigned char>(block[i])];
            size += letter == 0 ? 0 : letter == 'u' ? 5 : 1;
        }
    }
    return size;
}

} // namespace noteload
