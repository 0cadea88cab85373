#include "noteload/source/csv_masks.hpp"

#include <algorithm>
#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace noteload::source {

namespace {

constexpr std::size_t block_size = 64;

csv_masks scalar_masks(const char* text, const csv_dialect& dialect) {
    csv_masks masks;
    for (std::size_t i = 0; i < block_size; ++i) {
        const auto bit = [i](bool set) { return static_cast<std::uint64_t>(set) << i; };
        masks.quote |= bit(text[i] == dialect.quote);
        masks.newline |= bit(text[i] == '\n' || (dialect.cr_ends && text[i] == '\r'));
        masks.delimiter |= bit(text[i] == dialect.delimiter);
        masks.nul |= bit(text[i] == '\0');
    }
    return masks;
}

void find_scalar(const char* text, const csv_dialect& dialect, std::span<csv_masks> out) {
    for (auto& masks : out) {
        masks = scalar_masks(text, dialect);
        text += block_size;
    }
}

#ifdef __x86_64__

std::uint64_t equal_sse2(const __m128i (&in)[4], char c) {
    const __m128i wanted = _mm_set1_epi8(c);
    std::uint64_t mask = 0;
    for (int i = 0; i < 4; ++i) {
        const int bits = _mm_movemask_epi8(_mm_cmpeq_epi8(in[i], wanted));
        mask |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(bits)) << (16 * i);
    }
    return mask;
}

template <bool cr_ends>
void find_sse2(const char* text, const csv_dialect& dialect, std::span<csv_masks> out) {
    for (auto& masks : out) {
        __m128i in[4];
        for (int i = 0; i < 4; ++i) {
            in[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 16 * i));
        }
        masks = {.quote = equal_sse2(in, dialect.quote),
                 .newline = equal_sse2(in, '\n'),
                 .delimiter = equal_sse2(in, dialect.delimiter),
                 .nul = equal_sse2(in, '\0')};
        if constexpr (cr_ends) {
            masks.newline |= equal_sse2(in, '\r');
        }
        text += block_size;
    }
}

[[gnu::target("avx2")]] std::uint64_t equal_avx2(const __m256i& low, const __m256i& high, char c) {
    const __m256i wanted = _mm256_set1_epi8(c);
    const int low_bits = _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
    const int high_bits = _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
    return static_cast<std::uint32_t>(low_bits) |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(high_bits)) << 32;
}

template <bool cr_ends>
[[gnu::target("avx2")]] void find_avx2(const char* text, const csv_dialect& dialect,
                                       std::span<csv_masks> out) {
    for (auto& masks : out) {
        const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
        const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
        masks = {.quote = equal_avx2(low, high, dialect.quote),
                 .newline = equal_avx2(low, high, '\n'),
                 .delimiter = equal_avx2(low, high, dialect.delimiter),
                 .nul = equal_avx2(low, high, '\0')};
        if constexpr (cr_ends) {
            masks.newline |= equal_avx2(low, high, '\r');
        }
        text += block_size;
    }
}

#endif

} // namespace

cpu best_cpu() noexcept {
#ifdef __x86_64__
    static const cpu best = __builtin_cpu_supports("avx2") ? cpu::avx2 : cpu::sse2;
    return best;
#else
    return cpu::scalar;
#endif
}

void find_masks(cpu with, const char* text, const csv_dialect& dialect, std::span<csv_masks> out) {
#ifdef __x86_64__
    if (with == cpu::avx2) {
        return dialect.cr_ends ? find_avx2<true>(text, dialect, out)
                               : find_avx2<false>(text, dialect, out);
    }
    if (with == cpu::sse2) {
        return dialect.cr_ends ? find_sse2<true>(text, dialect, out)
                               : find_sse2<false>(text, dialect, out);
    }
#endif
    find_scalar(text, dialect, out);
}

void mask_window::find_from(std::size_t block) {
    const std::string_view rest = text_.substr(block * block_size);
    const std::size_t whole = std::min(rest.size() / block_size, blocks);
    first_ = block;
    count_ = whole;
    find_masks(with_, rest.data(), dialect_, std::span(masks_).first(whole));
    if (whole == blocks || rest.size() == whole * block_size) {
        return;
    }
    // The last, partial block is copied: what stands behind the text may not be read.
    std::array<char, block_size> padded{};
    const std::size_t left = rest.size() - whole * block_size;
    std::memcpy(padded.data(), rest.data() + whole * block_size, left);
    csv_masks& last = masks_[whole];
    find_masks(with_, padded.data(), dialect_, std::span(&last, 1));
    const std::uint64_t there = (std::uint64_t{1} << left) - 1;
    last = {last.quote & there, last.newline & there, last.delimiter & there, last.nul & there};
    count_ = whole + 1;
}

} // namespace noteload::source
