#include "noteload/run/import_plan.hpp"

#include <gtest/gtest.h>

namespace noteload::run {

namespace {

using namespace std::chrono_literals;

import_plan plan_of(std::uint64_t notes) {
    import_plan p;
    p.notes = notes - import_plan::looks;
    return p;
}

TEST(ImportPlan, CountsEveryRequest) {
    auto p = plan_of(100);
    p.look_ups = 20;
    EXPECT_EQ(p.requests(), 120U);
}

TEST(ImportPlan, LeavesTheReserveToOthers) {
    EXPECT_EQ(plan_of(1350).at_hourly(1500), 1h);
    auto all = plan_of(1500);
    all.reserve = {.amount = 0, .is_percent = false};
    EXPECT_EQ(all.at_hourly(1500), 1h);
}

TEST(ImportPlan, TakesWhatIsLeftOfTheWindowAndThenWholeOnes) {
    const auto from_now = [](std::uint64_t requests, std::int64_t remaining) {
        auto p = plan_of(requests);
        p.quota = quota_now{.limit = 5000, .remaining = remaining, .until_reset = 10min};
        return p.from_now();
    };
    EXPECT_EQ(from_now(2500, 3000), 0min) << "500 of them are kept";
    EXPECT_EQ(from_now(2501, 3000), 10min);
    EXPECT_EQ(from_now(4500, 0), 10min);
    EXPECT_EQ(from_now(4501, 0), 70min);
    EXPECT_EQ(from_now(100, 100), 10min) << "nothing is left for us";
    EXPECT_EQ(plan_of(1).from_now(), std::nullopt) << "no server was asked";
}

TEST(ImportPlan, KeepsToARate) {
    auto p = plan_of(7200);
    p.rate = {.requests = 1, .per = 1s};
    EXPECT_EQ(p.at_hourly(100'000), 2h);
    p.quota = quota_now{.limit = 100'000, .remaining = 100'000, .until_reset = 1h};
    EXPECT_EQ(p.from_now(), 2h);
}

} // namespace

} // namespace noteload::run
