#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

namespace noteload::ledger {

/// A key as it is remembered: its 128-bit XXH3. Two keys with the same hash would be taken for one,
/// and a row would be skipped that nobody imported. Among 44 million keys the odds of a single such
/// pair are 1 to 10^23: a disk that returns a wrong bit unnoticed is likelier by far.
struct key_hash {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    friend auto operator<=>(const key_hash&, const key_hash&) = default;
};

[[nodiscard]] key_hash hash_of_key(std::string_view key) noexcept;

/// What is known of a key.
struct known_key {
    std::uint64_t row = 0; ///< of this input, the first with the key; 0: none so far
    std::uint32_t run = 0; ///< an earlier run that has it, from 1; 0: none
    bool in_doubt = false; ///< that run does not know what became of its row

    friend bool operator==(const known_key&, const known_key&) = default;
};

/// All keys that a run has to remember: those of earlier runs, and those of the rows it has read.
/// At most 32 bytes a key, 28 where room was reserved; while it grows, 1/256 more. Keys added in
/// their sorted order go through memory from end to end. One thread at a time.
class key_table {
public:
    static constexpr std::uint32_t most_runs = (1u << 23) - 1;
    static constexpr std::uint64_t most_rows = (std::uint64_t{1} << 40) - 1;

    /// Makes room for so many keys in all.
    void reserve(std::uint64_t keys);

    /// The run (from 1) imported the key. The first run to say so stays; doubt gives way.
    void add_imported(const key_hash& key, std::uint32_t run);
    /// The run does not know what became of the key's row. What was known before stays.
    void add_in_doubt(const key_hash& key, std::uint32_t run);
    /// The row (from 1) has the key: returns what was known before. The lowest row stays.
    known_key saw(const key_hash& key, std::uint64_t row);

    [[nodiscard]] known_key of(const key_hash& key) const;
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] std::uint64_t bytes() const noexcept;

private:
    struct slot {
        key_hash key;
        std::uint64_t row : 40 = 0;
        std::uint64_t run : 23 = 0;
        std::uint64_t in_doubt : 1 = 0;

        [[nodiscard]] bool is_free() const noexcept { return row == 0 && run == 0; }
    };
    /// Many small tables, so that the one that grows is small; chosen by the first byte.
    struct shard {
        std::vector<slot> slots;
        std::size_t used = 0;
    };

    slot& at(const key_hash& key);
    [[nodiscard]] static std::size_t place_of(const shard& in, const key_hash& key) noexcept;
    static void resize(shard& s, std::size_t slots);

    std::array<shard, 256> shards_;
    std::uint64_t size_ = 0;
};

} // namespace noteload::ledger
