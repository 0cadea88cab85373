#include "noteload/sandbox/fault_plan.hpp"

#include <gmock/gmock.h>

#include <map>

namespace noteload::sandbox {
namespace {

fault_rule rule(std::string_view text) {
    return parse_fault_rule(text).value();
}

std::map<fault_kind, int> counted(const fault_plan& plan, int requests) {
    std::map<fault_kind, int> counts;
    for (int n = 1; n <= requests; ++n) {
        const fault_verdict verdict = plan.decide(static_cast<std::uint64_t>(n));
        if (verdict.fault) {
            ++counts[*verdict.fault];
        }
        counts[fault_kind::slow] += verdict.slow ? 1 : 0;
    }
    return counts;
}

TEST(FaultPlan, GivesTheSameVerdictWheneverItIsAsked) {
    const std::uint64_t seed = 42;
    RecordProperty("seed", "42");
    const std::vector<fault_rule> rules{rule("drop-after=0.3"), rule("slow=0.5"), rule("hang=0.2")};
    const fault_plan forward(seed, rules);
    const fault_plan backward(seed, rules);
    std::vector<fault_verdict> there;
    std::vector<fault_verdict> back(100);
    for (std::uint64_t n = 0; n < 100; ++n) {
        there.push_back(forward.decide(n + 1));
        back[99 - n] = backward.decide(100 - n);
    }
    EXPECT_EQ(there, back);
}

TEST(FaultPlan, DrawsOtherFaultsWithAnotherSeed) {
    const std::vector<fault_rule> rules{rule("drop-after=0.5")};
    int differing = 0;
    for (std::uint64_t n = 1; n <= 100; ++n) {
        differing += fault_plan(1, rules).decide(n) == fault_plan(2, rules).decide(n) ? 0 : 1;
    }
    EXPECT_GT(differing, 20);
}

TEST(FaultPlan, GivesEachFaultAboutAsOftenAsItsProbabilitySays) {
    const fault_plan plan(7, {rule("drop-before=0.1"), rule("drop-after=0.2"), rule("slow=0.5")});
    auto counts = counted(plan, 10'000);
    EXPECT_NEAR(counts[fault_kind::drop_before], 1000, 150);
    EXPECT_NEAR(counts[fault_kind::drop_after], 2000, 200);
    EXPECT_NEAR(counts[fault_kind::slow], 5000, 300);
}

TEST(FaultPlan, GivesNothingAtProbabilityZeroAndAlwaysAtOne) {
    EXPECT_TRUE(counted(fault_plan(3, {rule("html502=0")}), 1000)[fault_kind::html502] == 0);
    EXPECT_TRUE(counted(fault_plan(3, {rule("html502=1")}), 1000)[fault_kind::html502] == 1000);
}

TEST(FaultPlan, HitsExactlyTheRequestsThatAPlaceNames) {
    const fault_plan plan(1, {rule("drop-after=#3"), rule("html502=#5-6"), rule("plain503=#9-")});
    EXPECT_EQ(plan.decide(2).fault, std::nullopt);
    EXPECT_EQ(plan.decide(3).fault, fault_kind::drop_after);
    EXPECT_EQ(plan.decide(4).fault, std::nullopt);
    EXPECT_EQ(plan.decide(5).fault, fault_kind::html502);
    EXPECT_EQ(plan.decide(6).fault, fault_kind::html502);
    EXPECT_EQ(plan.decide(7).fault, std::nullopt);
    EXPECT_EQ(plan.decide(1'000'000).fault, fault_kind::plain503);
}

TEST(FaultPlan, LetsAPlaceWinOverAProbability) {
    const fault_plan plan(1, {rule("html502=1"), rule("drop-after=#3"), rule("close=#3")});
    EXPECT_EQ(plan.decide(2).fault, fault_kind::html502);
    EXPECT_EQ(plan.decide(3).fault, fault_kind::drop_after);
    EXPECT_TRUE(plan.decide(3).close);
}

TEST(FaultPlan, TurnsAHangIntoOneBeforeOrOneAfter) {
    auto counts = counted(fault_plan(5, {rule("hang=1")}), 1000);
    EXPECT_EQ(counts[fault_kind::hang], 0);
    EXPECT_NEAR(counts[fault_kind::hang_before], 500, 80);
    EXPECT_EQ(counts[fault_kind::hang_before] + counts[fault_kind::hang_after], 1000);
}

TEST(FaultPlan, AddsUpTheFaultsThatExcludeEachOther) {
    EXPECT_DOUBLE_EQ(
        fault_plan(1, {rule("drop-after=0.5"), rule("late=0.25"), rule("slow=1")}).total(), 0.75);
}

TEST(FaultRule, ReadsEveryDescribedName) {
    for (const fault_description& known : fault_descriptions()) {
        EXPECT_EQ(rule(std::string(known.name) + "=#1").kind, known.kind);
        EXPECT_EQ(to_word(known.kind), known.name);
    }
}

TEST(FaultRule, SaysWhatToWriteWhenItCannotBeRead) {
    for (const char* text :
         {"", "drop-after", "drop=0.5", "late=2", "late=-1", "late=nan", "late=", "late=0.5x",
          "late=#", "late=#0", "late=#5-3", "late=#x", "late=#1-2-3"}) {
        const auto read = parse_fault_rule(text);
        ASSERT_TRUE(read.has_error()) << text;
        EXPECT_EQ(read.error().code, errc::usage);
        EXPECT_THAT(read.error().message, testing::HasSubstr("--fault help"));
    }
}

} // namespace
} // namespace noteload::sandbox
