#include "noteload/ledger/key_table.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <unordered_map>
#include <vector>

namespace noteload::ledger {

void PrintTo(const known_key& k, std::ostream* out) {
    *out << "row " << k.row << " run " << k.run << (k.in_doubt ? " in doubt" : "");
}

namespace {

key_hash number(std::uint64_t n) {
    return hash_of_key(std::to_string(n));
}

TEST(KeyHash, TellsKeysApart) {
    EXPECT_EQ(hash_of_key("LGL-1"), hash_of_key("LGL-1"));
    EXPECT_NE(hash_of_key("LGL-1"), hash_of_key("LGL-2"));
    EXPECT_NE(hash_of_key("a"), hash_of_key("A"));
    EXPECT_NE(hash_of_key("a"), hash_of_key("a "));
    // Index files outlive the program: the hash of a key may never change.
    EXPECT_EQ(hash_of_key("LGL-881").high, 0x33a5b61c6870db4bu);
    EXPECT_EQ(hash_of_key("LGL-881").low, 0xd7ebce103b3d7fc8u);
}

TEST(KeyTable, KnowsNothingAtFirst) {
    key_table t;
    EXPECT_EQ(t.of(number(1)), known_key{});
    EXPECT_EQ(t.size(), 0u);
    EXPECT_EQ(t.saw(number(1), 5), known_key{});
    EXPECT_EQ(t.of(number(1)), (known_key{5, 0, false}));
    EXPECT_EQ(t.of(number(2)), known_key{});
}

TEST(KeyTable, KeepsTheFirstRowAndTheFirstRun) {
    key_table t;
    t.add_imported(number(1), 3);
    t.add_imported(number(1), 4);
    EXPECT_EQ(t.saw(number(1), 9), (known_key{0, 3, false}));
    EXPECT_EQ(t.saw(number(1), 7), (known_key{9, 3, false}));
    EXPECT_EQ(t.saw(number(1), 8), (known_key{7, 3, false}));
    EXPECT_EQ(t.size(), 1u);
}

TEST(KeyTable, LetsDoubtGiveWayToWhatIsKnown) {
    key_table t;
    t.add_in_doubt(number(1), 1);
    t.add_in_doubt(number(1), 2);
    EXPECT_EQ(t.of(number(1)), (known_key{0, 1, true}));
    t.add_imported(number(1), 3);
    EXPECT_EQ(t.of(number(1)), (known_key{0, 3, false}));
    t.add_in_doubt(number(1), 4);
    EXPECT_EQ(t.of(number(1)), (known_key{0, 3, false}));
}

TEST(KeyTable, HoldsTheLargestNumbers) {
    key_table t;
    t.add_in_doubt(number(1), key_table::most_runs);
    t.saw(number(1), key_table::most_rows);
    EXPECT_EQ(t.of(number(1)), (known_key{key_table::most_rows, key_table::most_runs, true}));
}

TEST(KeyTable, FindsHashesThatFallIntoOnePlace) {
    key_table t;
    for (std::uint64_t n = 1; n <= 1000; ++n) {
        t.saw({~std::uint64_t{0}, n}, n); // the last place of the last part: it wraps around
        t.saw({0, n}, n);
    }
    EXPECT_EQ(t.size(), 2000u);
    for (std::uint64_t n = 1; n <= 1000; ++n) {
        ASSERT_EQ(t.of({~std::uint64_t{0}, n}).row, n);
        ASSERT_EQ(t.of({0, n}).row, n);
    }
    EXPECT_EQ(t.of({0, 1001}), known_key{});
}

TEST(KeyTable, RemembersWhatAMapDoes) {
    for (const std::uint64_t room : {0, 2000, 100'000}) {
        SCOPED_TRACE(fmt::format("room for {}, seed {}", room, room + 1));
        std::mt19937_64 random(room + 1);
        key_table t;
        t.reserve(room);
        std::unordered_map<std::uint64_t, std::uint64_t> rows;
        for (std::uint64_t row = 1; row <= 60'000; ++row) {
            const auto key = random() % 40'000;
            const auto [known, is_new] = rows.try_emplace(key, row);
            ASSERT_EQ(t.saw(number(key), row).row, is_new ? 0 : known->second);
        }
        EXPECT_EQ(t.size(), rows.size());
        for (const auto& [key, row] : rows) {
            ASSERT_EQ(t.of(number(key)).row, row);
        }
    }
}

TEST(KeyTable, TakesNoMoreThan32BytesAKey) {
    for (const std::uint64_t keys : {100'000, 130'000, 170'000, 300'000}) {
        key_table grown;
        key_table reserved;
        reserved.reserve(keys);
        const auto room = reserved.bytes();
        for (std::uint64_t n = 1; n <= keys; ++n) {
            grown.saw(number(n), n);
            reserved.saw(number(n), n);
        }
        EXPECT_LE(grown.bytes(), keys * 33) << keys; // few keys: the parts differ in size
        EXPECT_EQ(reserved.bytes(), room) << "it grew, though room was reserved";
    }
}

} // namespace
} // namespace noteload::ledger
