#include "noteload/delivery/shared_budget.hpp"

#include <gmock/gmock.h>

#include "noteload/delivery/budget_file.hpp"
#include "noteload/delivery/limiter.hpp"
#include "support/temp_folder.hpp"

namespace noteload::delivery {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointee;

const shared_budget::time start{100'000s};

TEST(SharedBudget, IsATextAndBack) {
    shared_budget b;
    b.put({"", 1'764'000'000, 42});
    b.put({"per hour", 1'764'000'000, -1});
    b.put({.who = 18'446'744'073'709'551'615u, .at_ms = 0, .out = 3, .spent = 4}, start);
    EXPECT_EQ(shared_budget::parse(b.to_text()), b);
}

TEST(SharedBudget, PassesOverWhatIsUnreadable) {
    const auto b = shared_budget::parse(
        "\n\xff\nwindow x 1 a\nshare 1 2 3\nshare 1 2 -3 4\n"
        "share 1 2 3 4\nwindow 1 2 \nshare 5 6");
    EXPECT_THAT(b.windows, ElementsAre(shared_budget::window{"", 1, 2}));
    EXPECT_THAT(b.shares, ElementsAre(shared_budget::share{1, 2, 3, 4}));
    EXPECT_THAT(shared_budget::parse("").shares, IsEmpty());
}

TEST(SharedBudget, CountsWhatTheLivingHaveOut) {
    shared_budget b;
    b.put({.who = 1, .at_ms = 0, .out = 20, .spent = 100}, start);
    b.put({.who = 1, .at_ms = 0, .out = 8, .spent = 100}, start);
    b.put({.who = 2, .at_ms = 0, .out = 5, .spent = 10}, start + 2s);
    EXPECT_EQ(b.out_of_others(2, start + 2s), 8);
    EXPECT_EQ(b.out_of_others(3, start + 2s), 13);
    EXPECT_EQ(b.out_of_others(3, start + 5s), 5) << "the first has died";
    EXPECT_EQ(b.spent_by_others(3, start + 5s), 110) << "but what it spent is spent";
    EXPECT_EQ(b.spent_by_others(3, start + 2h), 0);
    EXPECT_EQ(b.out_of_others(3, start - 1h), 0) << "from before the machine started anew";
    b.put({.who = 3, .at_ms = 0, .out = 0, .spent = 0}, start + 2h);
    EXPECT_EQ(b.shares.size(), 1u);
}

TEST(SharedBudget, KeepsTheLowestReadingOfTheLatestWindow) {
    shared_budget b;
    b.put({"", 1000, 50});
    b.put({"", 1000, 40});
    b.put({"", 1000, 45});
    b.put({"other", 1000, 5});
    EXPECT_THAT(b.find(""), Pointee(shared_budget::window{"", 1000, 40}));
    b.put({"", 1003, 90});
    b.put({"", 1000, 3});
    EXPECT_THAT(b.find(""), Pointee(shared_budget::window{"", 1003, 90}));
    EXPECT_EQ(b.find("none"), nullptr);
}

TEST(SharedBudget, IsSpentWhereAllThatIsLeftOfAWindowIsOut) {
    const auto ours = wall_clock::time_point(1000s);
    shared_budget b;
    EXPECT_FALSE(b.is_spent(1, start, ours)) << "nobody knows anything";
    b.put({"", 1001, 3});
    b.put({.who = 2, .at_ms = 0, .out = 2, .spent = 0}, start);
    EXPECT_FALSE(b.is_spent(1, start, ours));
    b.put({.who = 2, .at_ms = 0, .out = 3, .spent = 0}, start);
    EXPECT_TRUE(b.is_spent(1, start, ours));
    EXPECT_FALSE(b.is_spent(2, start, ours)) << "its own";
    EXPECT_FALSE(b.is_spent(1, start + 5s, ours)) << "given back";
    EXPECT_FALSE(b.is_spent(1, start, ours + 1s)) << "the window is over";
}

TEST(BudgetFile, HandsOnWhatOneProcessSaid) {
    const test::temp_folder folder;
    const auto path = folder / "budget";
    budget_file one(path);
    budget_file two(path);
    one.update([](shared_budget& b) {
        for (std::uint64_t who = 1; who < 50; ++who) {
            b.put({.who = who, .at_ms = 0, .out = 7, .spent = 0}, start);
        }
    });
    two.update([](shared_budget& b) {
        EXPECT_EQ(b.out_of_others(0, start), 49 * 7);
        b.shares.resize(1);
    });
    one.update([](shared_budget& b) { EXPECT_EQ(b.out_of_others(0, start), 7); });
}

TEST(BudgetFile, ThatCannotBeMadeLeavesAProcessAlone) {
    const test::temp_folder folder;
    EXPECT_FALSE(budget_file("").is_open());
    EXPECT_FALSE(budget_file(folder / "gone/budget").is_open());
}

/// A process as its limiter sees it: answers tell one window of a server that counts for all.
class process {
public:
    process(std::uint64_t who, shared_budget& with, std::int64_t& left)
        : who_(who), with_(with), left_(left) {
        hear(start);
    }

    /// Sends what it may, at once; the answers come later.
    void send(shared_budget::time now) {
        for (;;) {
            auto d = rule_.next(now);
            if (d.why == hold::lease && d.at <= now) {
                rule_.take_lease(with_, who_, now);
                d = rule_.next(now);
            }
            if (d.at > now || out_.size() >= 8) {
                return;
            }
            out_.push_back(rule_.leave(now));
            refused += left_ <= 0 ? 1 : 0;
            left_ = std::max<std::int64_t>(0, left_ - 1);
            ++sent;
        }
    }
    void answers(shared_budget::time now) {
        for (const auto& t : std::exchange(out_, {})) {
            rule_.answered(t, said(now), now);
        }
    }

    int sent = 0;
    int refused = 0;

private:
    static constexpr auto server_start = std::chrono::sys_seconds(1'764'000'000s);

    [[nodiscard]] quota_report said(shared_budget::time now) const {
        quota_report r;
        r.date = std::chrono::floor<std::chrono::seconds>(server_start + (now - start));
        quota_reading reading;
        reading.limit = 100;
        reading.remaining = left_;
        reading.resets_at = server_start + 3600s;
        r.readings.push_back(reading);
        return r;
    }
    void hear(shared_budget::time now) { rule_.answered(rule_.leave(now), said(now), now); }

    std::uint64_t who_;
    shared_budget& with_;
    std::int64_t& left_;
    limiter rule_{{.rate = {}, .reserve = {0, false}, .pace = pacing::fast, .is_shared = true}};
    std::vector<ticket> out_;
};

TEST(SharedBudget, LetsProcessesSpendAWindowTogetherAndNoMore) {
    shared_budget with;
    std::int64_t left = 100;
    process one(1, with, left);
    process two(2, with, left);
    process three(3, with, left);
    for (auto now = start; now < start + 60s; now += 50ms) {
        for (auto* p : {&one, &two, &three}) {
            p->send(now);
        }
        for (auto* p : {&three, &one, &two}) {
            p->answers(now + 40ms);
        }
    }
    EXPECT_EQ(one.refused + two.refused + three.refused, 0);
    // Each leaves room for what the others, strangers to its own answers, take meanwhile.
    EXPECT_GE(one.sent + two.sent + three.sent, 90);
    for (auto* p : {&one, &two, &three}) {
        EXPECT_GT(p->sent, 10);
    }
}

} // namespace
} // namespace noteload::delivery
