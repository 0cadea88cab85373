#include "noteload/ledger/key_table.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cmath>

namespace noteload::ledger {

namespace {

__extension__ using wide = unsigned __int128;

constexpr std::size_t fewest_slots = 16;

/// How many slots may be taken: beyond that, looking for a free one takes long.
constexpr std::size_t most_used(std::size_t slots) {
    return slots - slots / 7;
}

} // namespace

key_hash hash_of_key(std::string_view key) noexcept {
    const auto hash = XXH3_128bits(key.data(), key.size());
    return {hash.high64, hash.low64};
}

void key_table::reserve(std::uint64_t keys) {
    // Hashes spread evenly: hardly a shard has more than the mean and four deviations.
    const auto mean = static_cast<double>(keys) / static_cast<double>(shards_.size());
    const auto most = mean + 4 * std::sqrt(mean);
    const auto slots = static_cast<std::size_t>(most * 7 / 6) + 2;
    for (auto& s : shards_) {
        if (keys > 0 && slots > s.slots.size()) {
            resize(s, std::max(slots, fewest_slots));
        }
    }
}

/// The bits behind the shard's, scaled to the shard's size: in the order of the hashes.
std::size_t key_table::place_of(const shard& in, const key_hash& key) noexcept {
    const auto bits = key.high << 8;
    auto at = static_cast<std::size_t>((wide{bits} * in.slots.size()) >> 64);
    while (!in.slots[at].is_free() && in.slots[at].key != key) {
        at = at + 1 == in.slots.size() ? 0 : at + 1;
    }
    return at;
}

void key_table::resize(shard& s, std::size_t slots) {
    shard larger{std::vector<slot>(slots), s.used};
    for (const auto& taken : s.slots) {
        if (!taken.is_free()) {
            larger.slots[place_of(larger, taken.key)] = taken;
        }
    }
    s = std::move(larger);
}

/// The key's slot, which counts as taken: the caller fills it.
key_table::slot& key_table::at(const key_hash& key) {
    auto& s = shards_[key.high >> 56];
    if (s.used >= most_used(s.slots.size())) {
        resize(s, std::max(fewest_slots, s.slots.size() + s.slots.size() / 8));
    }
    auto& found = s.slots[place_of(s, key)];
    if (found.is_free()) {
        found.key = key;
        ++s.used;
        ++size_;
    }
    return found;
}

void key_table::add_imported(const key_hash& key, std::uint32_t run) {
    auto& s = at(key);
    if (s.run == 0 || s.in_doubt != 0) {
        s.run = run & most_runs;
        s.in_doubt = 0;
    }
}

void key_table::add_in_doubt(const key_hash& key, std::uint32_t run) {
    auto& s = at(key);
    if (s.run == 0) {
        s.run = run & most_runs;
        s.in_doubt = 1;
    }
}

known_key key_table::saw(const key_hash& key, std::uint64_t row) {
    auto& s = at(key);
    const known_key before{s.row, static_cast<std::uint32_t>(s.run), s.in_doubt != 0};
    if (s.row == 0 || row < s.row) {
        s.row = row & most_rows;
    }
    return before;
}

known_key key_table::of(const key_hash& key) const {
    const auto& s = shards_[key.high >> 56];
    if (s.slots.empty()) {
        return {};
    }
    const auto& found = s.slots[place_of(s, key)];
    return {found.row, static_cast<std::uint32_t>(found.run), found.in_doubt != 0};
}

std::uint64_t key_table::bytes() const noexcept {
    std::uint64_t sum = sizeof(*this);
    for (const auto& s : shards_) {
        sum += s.slots.size() * sizeof(slot);
    }
    return sum;
}

} // namespace noteload::ledger
