#include "noteload/id_set.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "support/printers.hpp"

namespace noteload {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using ids = std::vector<std::int64_t>;
using chance = std::mt19937_64;

constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t usual = 900'000'000;
constexpr auto most = std::numeric_limits<std::int64_t>::max();

id_set set_of(const ids& all) {
    id_set set;
    for (const auto id : all) {
        set.insert(id);
    }
    return set;
}

/// `count` ids from `first` on, `step` from one to the next.
ids in_order(std::size_t count, std::int64_t first = usual, std::int64_t step = 1) {
    ids all(count, first);
    for (std::size_t i = 1; i < count; ++i) {
        all[i] = all[i - 1] + step;
    }
    return all;
}

/// As answers over many connections come: each a little earlier or later than its turn.
ids nearly_in_order(ids all, std::size_t window, chance& by) {
    for (std::size_t i = 0; i + window <= all.size(); i += window / 2) {
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(i);
        std::shuffle(from, from + static_cast<std::ptrdiff_t>(window), by);
    }
    return all;
}

ids at_random(std::size_t count, chance& by) {
    ids all(count);
    for (auto& id : all) {
        id = static_cast<std::int64_t>(by());
    }
    return all;
}

TEST(IdSet, HoldsNothingAtFirst) {
    id_set set;
    EXPECT_FALSE(set.contains(0));
    EXPECT_THAT(set.ranges(), IsEmpty());
}

TEST(IdSet, KeepsIdsSideBySideAsOneRange) {
    auto set = set_of({7, 5, 6, 9, 6});
    EXPECT_TRUE(set.contains(5));
    EXPECT_TRUE(set.contains(6));
    EXPECT_TRUE(set.contains(7));
    EXPECT_FALSE(set.contains(4));
    EXPECT_FALSE(set.contains(8));
    EXPECT_THAT(set.ranges(), ElementsAre(id_range{5, 7}, id_range{9, 9}));
}

TEST(IdSet, KnowsAnIdAtOnceAndAfterMoreHaveCome) {
    id_set set;
    for (std::int64_t id = 0; id < 2000; id += 2) {
        set.insert(id);
        EXPECT_TRUE(set.contains(id));
        EXPECT_TRUE(set.contains(0));
        EXPECT_FALSE(set.contains(id + 1));
        EXPECT_FALSE(set.contains(id + 2));
    }
}

TEST(IdSet, HoldsTheLeastAndTheGreatestIdThatThereAre) {
    auto set = set_of({most, least, most - 1, least + 1, 0, -1});
    EXPECT_THAT(set.ranges(),
                ElementsAre(id_range{least, least + 1}, id_range{-1, 0}, id_range{most - 1, most}));
    EXPECT_TRUE(set.contains(least));
    EXPECT_TRUE(set.contains(most));
    EXPECT_FALSE(set.contains(least + 2));
    EXPECT_FALSE(set.contains(most - 2));
    for (int i = 0; i < 3; ++i) { // once it is packed, too
        set.insert(least);
        set.insert(most);
        EXPECT_TRUE(set.contains(least));
        EXPECT_TRUE(set.contains(most));
        EXPECT_EQ(set.ranges().size(), 3u);
    }
}

TEST(IdSet, TellsOfAnIdThatCameBefore) {
    id_set set;
    for (std::int64_t id = 1; id <= 10'000; ++id) {
        set.insert(id);
    }
    EXPECT_TRUE(set.insert(10'001));
    EXPECT_FALSE(set.insert(10'001));
}

TEST(IdSet, IsTheSameWhenCopied) {
    auto set = set_of(in_order(1000, 1, 3));
    auto copy = set;
    copy.insert(2);
    EXPECT_TRUE(copy.contains(1000));
    EXPECT_TRUE(copy.contains(2));
    EXPECT_FALSE(set.contains(2));
}

TEST(IdSet, StaysSmallWhereIdsLieSideBySide) {
    constexpr std::size_t a_page = 4096;
    EXPECT_LT(set_of(in_order(1'000'000)).bytes(), a_page);
    chance by(1);
    EXPECT_LT(set_of(nearly_in_order(in_order(1'000'000), 128, by)).bytes(), a_page);
    // A server that always answers the same id, or two of them in turn.
    EXPECT_LT(set_of(ids(1'000'000, usual)).bytes(), a_page);
    auto two = in_order(1'000'000);
    std::for_each(two.begin(), two.end(), [](auto& id) { id = usual * (id % 2); });
    EXPECT_LT(set_of(two).bytes(), a_page);
    // However many gaps there were before the last id came between.
    auto all = in_order(1'000'000);
    std::shuffle(all.begin(), all.end(), by);
    auto set = set_of(all);
    EXPECT_THAT(set.ranges(), ElementsAre(id_range{usual, usual + 999'999}));
}

TEST(IdSet, TakesNoMoreThanTheIdsThemselvesInWhateverOrder) {
    constexpr std::size_t count = 300'000;
    const auto bytes_an_id = [](const ids& all) {
        return static_cast<double>(set_of(all).bytes()) / static_cast<double>(all.size());
    };
    chance by(2);
    // Every other note is somebody else's.
    EXPECT_LT(bytes_an_id(in_order(count, usual, 2)), 1.6);
    EXPECT_LT(bytes_an_id(nearly_in_order(in_order(count, usual, 2), 128, by)), 1.6);
    EXPECT_LT(bytes_an_id(in_order(count, usual, 1000)), 2.6);
    EXPECT_LT(bytes_an_id(in_order(count, most / 2, -2)), 2.6);
    EXPECT_LT(bytes_an_id(at_random(count, by)), 8.6);
    auto scattered = in_order(count, usual, 30'000);
    std::shuffle(scattered.begin(), scattered.end(), by);
    EXPECT_LT(bytes_an_id(scattered), 5.0);
}

/// Some ids of one kind, by chance.
ids some(chance& by) {
    const auto count = by() % 3000 + 1;
    const auto first = static_cast<std::int64_t>(by()) / 2;
    switch (by() % 8) {
        case 0:
            return at_random(count, by);
        case 1:
            return in_order(count, first, static_cast<std::int64_t>(by() % 4));
        case 2:
            return in_order(count, first, -static_cast<std::int64_t>(by() % 4));
        case 3: {
            auto all = in_order(count, static_cast<std::int64_t>(by() % 5000));
            std::erase_if(all, [&](std::int64_t) { return by() % 4 == 0; });
            return nearly_in_order(all, by() % 200 + 2, by);
        }
        case 4: // few, so that most come again
            return in_order(count, static_cast<std::int64_t>(by() % 10), 0);
        case 5: {
            auto all = at_random(count, by);
            std::for_each(all.begin(), all.end(), [](auto& id) { id %= 20'000; });
            return all;
        }
        case 6:
            return in_order(count, most - static_cast<std::int64_t>(count) + 1);
        default:
            return in_order(count, least + static_cast<std::int64_t>(count) - 1, -1);
    }
}

std::vector<id_range> ranges_of(const std::set<std::int64_t>& all) {
    std::vector<id_range> out;
    for (const auto id : all) {
        if (!out.empty() && id - 1 == out.back().last) {
            out.back().last = id;
        } else {
            out.push_back({id, id});
        }
    }
    return out;
}

TEST(IdSet, HoldsWhatAPlainSetHolds) {
    for (unsigned seed = 1; seed <= 150; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        chance by(seed);
        id_set set;
        std::set<std::int64_t> plain;
        for (auto kinds = by() % 8 + 1; kinds > 0; --kinds) {
            const bool looks = by() % 2 == 0;
            for (const auto id : some(by)) {
                set.insert(id);
                plain.insert(id);
                if (looks && by() % 64 == 0) {
                    const auto other = plain.lower_bound(static_cast<std::int64_t>(by()));
                    const auto near = other == plain.end() ? id : *other;
                    ASSERT_TRUE(set.contains(id)) << id;
                    ASSERT_TRUE(set.contains(near)) << near;
                    if (near != most) {
                        ASSERT_EQ(set.contains(near + 1), plain.contains(near + 1)) << near + 1;
                    }
                }
            }
        }
        ASSERT_EQ(set.ranges(), ranges_of(plain));
        for (const auto id : plain) {
            ASSERT_TRUE(set.contains(id)) << id;
        }
    }
}

} // namespace
} // namespace noteload
