#include "noteload/run/seen_hashes.hpp"

#include <algorithm>
#include <utility>

namespace noteload::run {

std::size_t seen_hashes::place_of(std::uint64_t hash) const noexcept {
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at] != 0 && slots_[at] != hash) {
        at = (at + 1) & (slots_.size() - 1);
    }
    return at;
}

bool seen_hashes::saw(std::uint64_t hash) {
    hash = hash == 0 ? 1 : hash;
    std::size_t at = place_of(hash);
    if (slots_[at] != 0) {
        return true;
    }
    // Half full it answers at once; at its largest it is filled as far as it still answers soon.
    const bool largest = slots_.size() == most_slots_;
    if (largest && used_ >= slots_.size() / 8 * 7) {
        gave_up_ = true;
        return false;
    }
    if (!largest && used_ >= slots_.size() / 2) {
        grow(slots_.size() * 2);
        at = place_of(hash);
    }
    slots_[at] = hash;
    ++used_;
    return false;
}

std::uint64_t seen_hashes::size_without(const seen_hashes& there) const noexcept {
    return static_cast<std::uint64_t>(std::count_if(
        slots_.begin(), slots_.end(),
        [&](std::uint64_t hash) { return hash != 0 && there.slots_[there.place_of(hash)] == 0; }));
}

void seen_hashes::grow(std::size_t to) {
    const auto old = std::exchange(slots_, decltype(slots_)(to));
    for (const auto hash : old) {
        if (hash != 0) {
            slots_[place_of(hash)] = hash;
        }
    }
}

} // namespace noteload::run
