#include "noteload/json_text.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

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

/// The top bit of the first of eight bytes that does not stand for itself; 0: all do.
std::uint64_t special_in_eight(const char* text) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text, 8);
    return less(bytes, 0x20) | less(bytes ^ in_each_byte('"'), 1) |
           less(bytes ^ in_each_byte('\\'), 1);
}

/// Bytes at the front that stand for themselves: eight at a time, notes being mostly plain text.
std::size_t plain_bytes(std::string_view text) {
    std::size_t i = 0;
    if constexpr (std::endian::native == std::endian::little) {
        for (; i + 8 <= text.size(); i += 8) {
            if (const auto found = special_in_eight(text.data() + i); found != 0) {
                return i + static_cast<std::size_t>(std::countr_zero(found)) / 8;
            }
        }
        if (i != 0 && special_in_eight(text.data() + text.size() - 8) == 0) {
            return text.size(); // the last eight, some of them again
        }
    }
    while (i < text.size() && escapes[static_cast<unsigned char>(text[i])] == 0) {
        ++i;
    }
    return i;
}

constexpr std::size_t block_size = 64;

/// Whether all bytes of a block stand for themselves: without a branch inside, vectors find out.
inline bool is_plain_block(const char* block) {
    unsigned char found = 0; // no wider, or a vector holds a quarter as many
    for (std::size_t i = 0; i < block_size; ++i) {
        const char c = block[i];
        const bool special = (static_cast<unsigned char>(c) < 0x20) | (c == '"') | (c == '\\');
        found |= static_cast<unsigned char>(special);
    }
    return found == 0;
}

/// Bytes at the front that have nothing to escape: whole blocks, or all of a text that has one at
/// least.
template <bool (*is_plain)(const char*)>
[[gnu::always_inline]] inline std::size_t plain_blocks_of(std::string_view text) {
    std::size_t at = 0;
    while (at + block_size <= text.size() && is_plain(text.data() + at)) {
        at += block_size;
    }
    const bool is_rest_short = text.size() - at < block_size;
    return is_rest_short && is_plain(text.data() + text.size() - block_size) ? text.size() : at;
}

std::size_t plain_blocks_anywhere(std::string_view text) {
    return plain_blocks_of<is_plain_block>(text);
}

#ifdef __x86_64__
/// By hand: the compiler's own vectors take as long again to tell whether one byte of them is set.
[[gnu::target("avx2")]] inline __m256i special_avx2(const char* text) {
    const __m256i in = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
    const __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(in, _mm256_set1_epi8(0x1F)), in);
    const __m256i quote = _mm256_cmpeq_epi8(in, _mm256_set1_epi8('"'));
    const __m256i backslash = _mm256_cmpeq_epi8(in, _mm256_set1_epi8('\\'));
    return _mm256_or_si256(control, _mm256_or_si256(quote, backslash));
}

[[gnu::target("avx2")]] inline bool is_plain_block_avx2(const char* block) {
    const __m256i found = _mm256_or_si256(special_avx2(block), special_avx2(block + 32));
    return _mm256_testz_si256(found, found) != 0;
}

[[gnu::target("avx2")]] std::size_t plain_blocks_avx2(std::string_view text) {
    return plain_blocks_of<is_plain_block_avx2>(text);
}
#endif

std::size_t plain_blocks(std::string_view text) {
#ifdef __x86_64__
    static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
    if (has_avx2) {
        return plain_blocks_avx2(text);
    }
#endif
    return plain_blocks_anywhere(text);
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    for (;;) {
        const auto blocks = text.size() >= block_size ? plain_blocks(text) : 0;
        const auto plain = blocks + plain_bytes(text.substr(blocks));
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
    for (;;) {
        if (text.size() >= block_size) {
            text.remove_prefix(plain_blocks(text));
        }
        if (text.size() < block_size) {
            text.remove_prefix(plain_bytes(text));
        }
        if (text.empty()) {
            return size;
        }
        const std::string_view block = text.substr(0, block_size);
        text.remove_prefix(block.size());
        for (const char c : block) {
            const char letter = escapes[static_cast<unsigned char>(c)];
            size += letter == 0 ? 0 : letter == 'u' ? 5 : 1;
        }
    }
}

} // namespace noteload
