#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "noteload/run/large_pages.hpp"

namespace noteload::run {

/// Which 64-bit hashes were seen, in bounded memory: 8 bytes a slot, up to 32 MiB (48 while it
/// grows to that). When that is full nothing new is remembered, and what is not, is not found
/// again. Of four million different texts two have the same hash with odds of 1 to two million.
class seen_hashes {
public:
    static constexpr std::size_t most_slots = std::size_t{1} << 22;

    explicit seen_hashes(std::size_t most = most_slots) : most_slots_(most), slots_(16) {}

    /// Whether it was seen before.
    bool saw(std::uint64_t hash);

    /// Has the slot brought into the cache of a hash that will be asked for soon; who has many
    /// hashes names the one so far ahead. Changes nothing.
    void fetch(std::uint64_t hash) const noexcept {
        __builtin_prefetch(&slots_[hash & (slots_.size() - 1)], 1);
    }
    static constexpr std::size_t fetch_ahead = 16;

    [[nodiscard]] std::uint64_t size() const noexcept { return used_; }
    /// How many there are that were not seen there.
    [[nodiscard]] std::uint64_t size_without(const seen_hashes& there) const noexcept;
    /// Something was not remembered.
    [[nodiscard]] bool gave_up() const noexcept { return gave_up_; }

private:
    void grow(std::size_t to);
    /// Where it is, or the free slot where it would be.
    [[nodiscard]] std::size_t place_of(std::uint64_t hash) const noexcept;

    std::size_t most_slots_;
    std::vector<std::uint64_t, large_pages<std::uint64_t>>
        slots_; // a power of two of them; 0: free
    std::size_t used_ = 0;
    bool gave_up_ = false;
};

} // namespace noteload::run
