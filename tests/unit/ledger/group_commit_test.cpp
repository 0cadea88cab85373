#include "noteload/ledger/group_commit.hpp"

#include <gtest/gtest.h>

namespace noteload::ledger {
namespace {

using namespace std::chrono_literals;

class GroupCommit : public ::testing::Test {
protected:
    using time = group_commit::time;
    /// The log thread's step at a moment: 'w'rite, 's'ync, or '-' nothing.
    char step(time now) {
        if (rule_.must_write(now)) {
            rule_.written(now);
            return 'w';
        }
        if (rule_.must_sync(now)) {
            rule_.synced();
            return 's';
        }
        return '-';
    }

    const time start_{1000h};
    group_commit rule_;
};

TEST_F(GroupCommit, SleepsWhileThereIsNothing) {
    EXPECT_EQ(step(start_ + 1h), '-');
    EXPECT_EQ(rule_.wake_at(), std::nullopt);
}

TEST_F(GroupCommit, KeepsItsPromisesOnTime) {
    static_assert(group_commit::write_within < 5ms, "outcomes reach the kernel within 5 ms");
    static_assert(group_commit::sync_within + group_commit::write_within < 1s);
    rule_.entry_came(start_);
    EXPECT_EQ(rule_.wake_at(), start_ + 4ms);
    EXPECT_EQ(step(start_ + 4ms - 1ns), '-');
    EXPECT_EQ(step(start_ + 4ms), 'w');
    EXPECT_EQ(rule_.wake_at(), start_ + 504ms);
    EXPECT_EQ(step(start_ + 504ms - 1ns), '-');
    EXPECT_EQ(step(start_ + 504ms), 's');
    EXPECT_EQ(rule_.wake_at(), std::nullopt);
    EXPECT_EQ(step(start_ + 1h), '-');
}

TEST_F(GroupCommit, CountsFromTheFirstEntryOfAGroup) {
    rule_.entry_came(start_);
    rule_.entry_came(start_ + 3ms);
    EXPECT_EQ(step(start_ + 4ms), 'w');
    rule_.entry_came(start_ + 100ms);
    EXPECT_EQ(rule_.wake_at(), start_ + 104ms);
    EXPECT_EQ(step(start_ + 104ms), 'w');
    EXPECT_EQ(rule_.wake_at(), start_ + 504ms) << "the first group's half second";
    EXPECT_EQ(step(start_ + 504ms), 's');
    EXPECT_EQ(step(start_ + 2h), '-') << "one sync served both";
}

TEST_F(GroupCommit, WritesAndSyncsAMarkAtOnce) {
    rule_.hurry_came(start_);
    EXPECT_LE(*rule_.wake_at(), start_);
    EXPECT_EQ(step(start_), 'w');
    EXPECT_LE(*rule_.wake_at(), start_);
    EXPECT_EQ(step(start_), 's');
    EXPECT_EQ(step(start_), '-');
}

TEST_F(GroupCommit, TakesWaitingEntriesAlongWithAMark) {
    rule_.entry_came(start_);
    rule_.hurry_came(start_ + 1ms);
    EXPECT_EQ(step(start_ + 1ms), 'w');
    EXPECT_EQ(step(start_ + 1ms), 's');
    rule_.entry_came(start_ + 2ms);
    EXPECT_EQ(step(start_ + 2ms), '-') << "the hurry is over";
}

TEST_F(GroupCommit, WritesBeforeItSyncs) {
    rule_.hurry_came(start_);
    EXPECT_EQ(step(start_), 'w');
    rule_.hurry_came(start_); // another mark while the first was written
    EXPECT_EQ(step(start_), 'w');
    EXPECT_EQ(step(start_), 's');
}

TEST_F(GroupCommit, NeverLeavesAnEntryLongerThanPromised) {
    // An entry every millisecond for ten seconds, looked at only when it says.
    constexpr auto none = time::max();
    auto unwritten = none;
    auto unsynced = none;
    for (auto now = start_; now < start_ + 10s; now += 1ms) {
        rule_.entry_came(now);
        unwritten = std::min(unwritten, now);
        for (auto at = rule_.wake_at(); at && *at <= now; at = rule_.wake_at()) {
            const char done = step(now);
            ASSERT_NE(done, '-') << "woken for nothing";
            if (done == 'w') {
                unsynced = std::min(unsynced, unwritten);
                unwritten = none;
            } else {
                unsynced = none;
            }
        }
        ASSERT_TRUE(unwritten == none || now - unwritten <= 5ms);
        ASSERT_TRUE(unsynced == none || now - unsynced <= 1s);
    }
}

} // namespace
} // namespace noteload::ledger
