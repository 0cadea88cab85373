#include "noteload/delivery/recent_notes.hpp"

#include <gmock/gmock.h>

namespace noteload::delivery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RecentNotes, TellsAContactsNotesTheNewestFirst) {
    recent_notes notes;
    EXPECT_THAT(notes.newest_of(7, 4), IsEmpty());
    for (const auto id : {11, 12, 13, 14, 15}) {
        notes.add(7, id);
        notes.add(8, id + 100);
    }
    EXPECT_THAT(notes.newest_of(7, 4), ElementsAre(15, 14, 13, 12));
    EXPECT_THAT(notes.newest_of(8, 9), ElementsAre(115, 114, 113, 112, 111));
    EXPECT_THAT(notes.newest_of(9, 4), IsEmpty());
    EXPECT_THAT(notes.newest_of(7, 0), IsEmpty());
}

TEST(RecentNotes, GoesByWhenTheyWereAddedAndNotByTheirIds) {
    recent_notes notes;
    for (const auto id : {30, 10, 20}) {
        notes.add(7, id);
    }
    EXPECT_THAT(notes.newest_of(7, 2), ElementsAre(20, 10));
}

TEST(RecentNotes, ForgetsTheOldestAtEveryTurnOfTheRing) {
    constexpr std::size_t most = 3;
    recent_notes notes(most);
    for (std::int64_t id = 1; id <= 20; ++id) {
        notes.add(7, id);
        std::vector<std::int64_t> expected;
        for (auto n = id; n > 0 && n > id - std::int64_t{most}; --n) {
            expected.push_back(n);
        }
        ASSERT_EQ(notes.newest_of(7, 10), expected) << id;
    }
    notes.add(8, 21);
    EXPECT_THAT(notes.newest_of(7, 10), ElementsAre(20, 19));
}

} // namespace
} // namespace noteload::delivery
