#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "noteload/source/csv_dialect.hpp"

namespace noteload::source {

/// Where the bytes that matter to a framer are in 64 bytes of text: bit i stands for byte i.
struct csv_masks {
    std::uint64_t quote = 0;
    std::uint64_t newline = 0; ///< LF; and CR where `csv_dialect::cr_ends`
    std::uint64_t delimiter = 0;
    std::uint64_t nul = 0;

    friend bool operator==(const csv_masks&, const csv_masks&) = default;
};

/// Ways to find them; all give the same masks. `sse2` and `avx2` need a processor that has them
/// (`best_cpu`).
enum class cpu : std::uint8_t { scalar, sse2, avx2 };

[[nodiscard]] cpu best_cpu() noexcept;

/// The masks of `out.size()` blocks of 64 bytes, starting at `text`.
void find_masks(cpu with, const char* text, const csv_dialect& dialect, std::span<csv_masks> out);

/// The masks of a text's blocks, found a few thousand bytes at a time, as they are asked for. Bits
/// beyond the text's end are 0.
class mask_window {
public:
    mask_window(const csv_dialect& dialect, cpu with) : dialect_(dialect), with_(with) {}

    /// From here on masks are those of `text`, which outlives their use.
    void look_at(std::string_view text) noexcept {
        text_ = text;
        first_ = count_ = 0;
    }

    /// Of the 64 bytes from `block * 64`, which is before the text's end.
    const csv_masks& operator[](std::size_t block) {
        if (block - first_ >= count_) {
            find_from(block);
        }
        return masks_[block - first_];
    }

private:
    static constexpr std::size_t blocks = 64; // 4 KiB of text: text and masks stay in the L1 cache

    void find_from(std::size_t block);

    csv_dialect dialect_;
    cpu with_;
    std::string_view text_;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    std::array<csv_masks, blocks> masks_;
};

} // namespace noteload::source
