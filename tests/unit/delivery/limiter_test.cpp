#include "noteload/delivery/limiter.hpp"

#include <gmock/gmock.h>

#include "noteload/delivery/shared_budget.hpp"

namespace noteload::delivery {

void PrintTo(const departure& d, std::ostream* out) {
    *out << "at " << d.at.time_since_epoch().count() << " ns, why " << static_cast<int>(d.why);
}

namespace {

using namespace std::chrono_literals;
using std::chrono::sys_seconds;
using time = limiter::time;

/// A server whose clock shows a whole second now, and whose hour ends 600 seconds from now.
class Limiter : public ::testing::Test {
protected:
    static constexpr sys_seconds reset{1'795'493'052s};

    quota_report told(std::int64_t remaining, sys_seconds resets_at = reset, bool refused = false) {
        quota_report r;
        r.refused = refused;
        r.date = std::chrono::floor<std::chrono::seconds>(reset - 600s + (now_ - start_));
        r.readings = {{.name = "",
                       .limit = 100,
                       .remaining = remaining,
                       .resets_at = resets_at,
                       .window = {}}};
        return r;
    }
    ticket leave() { return rule_.leave(now_); }
    void answer(const ticket& t, std::int64_t remaining) {
        rule_.answered(t, told(remaining), now_);
    }
    void exchange(std::int64_t remaining) { answer(leave(), remaining); }
    departure next() { return rule_.next(now_); }
    bool may_leave() { return next().at <= now_; }
    void be(limiter::settings s) { rule_ = limiter(s); }

    const time start_{1000h};
    time now_ = start_;
    limiter rule_{{.reserve = {10, true}}};
};

TEST_F(Limiter, LeavesTheReserveAndWaitsForTheReset) {
    exchange(11);
    EXPECT_TRUE(may_leave());
    exchange(10);
    EXPECT_EQ(next().why, hold::quota);
    // The server's second may have been almost over when it told its time: never early.
    EXPECT_GE(next().at, start_ + 600s);
    EXPECT_LE(next().at, start_ + 601s + 500ms);
    now_ = next().at;
    EXPECT_TRUE(may_leave()) << "the next window is taken to be whole";
}

TEST_F(Limiter, CountsWhatIsInFlight) {
    exchange(13);
    const auto a = leave();
    const auto b = leave();
    EXPECT_TRUE(may_leave());
    const auto c = leave();
    EXPECT_EQ(next().why, hold::answers);
    answer(b, 11);
    EXPECT_EQ(next().why, hold::answers) << "11 may or may not hold a and c";
    answer(a, 12);
    answer(c, 10);
    EXPECT_EQ(next().why, hold::quota);
}

TEST_F(Limiter, TakesTheLowestOfAnswersThatOvertookEachOther) {
    exchange(50);
    const auto a = leave();
    const auto b = leave();
    answer(b, 10);
    answer(a, 49);
    EXPECT_EQ(next().why, hold::quota);
}

TEST_F(Limiter, PassesOverAnswersOfAWindowThatIsOver) {
    exchange(50);
    const auto late = leave();
    const auto first_of_the_next = leave();
    now_ += 601s;
    rule_.answered(first_of_the_next, told(99, reset + 3600s), now_);
    rule_.answered(late, told(10), now_);
    EXPECT_TRUE(may_leave());
}

TEST_F(Limiter, BelievesANewerAnswerThatTellsMore) {
    exchange(10);
    EXPECT_FALSE(may_leave());
    exchange(60); // the organisation was given more
    EXPECT_TRUE(may_leave());
}

TEST_F(Limiter, CountsLostRequestsUntilALaterAnswerIncludesThem) {
    exchange(12);
    const auto a = leave();
    rule_.lost(a, now_);
    EXPECT_TRUE(may_leave());
    const auto b = leave();
    rule_.lost(b, now_);
    EXPECT_EQ(next().why, hold::quota);
    exchange(12); // neither had come to the server
    EXPECT_TRUE(may_leave());
}

TEST_F(Limiter, DoesNotExpectOfTheNextWindowWhatOthersTookInALastMoment) {
    be({.reserve = {0, false}});
    const auto slow = leave();
    now_ += 50ms;
    exchange(60);
    now_ += 1ms;
    answer(slow, 48); // others took 11 in a millisecond
    EXPECT_EQ(next().why, hold::quota);
    now_ = next().at;
    EXPECT_TRUE(may_leave());
}

TEST_F(Limiter, DoesNotCountWhatNeverLeft) {
    exchange(11);
    rule_.withdrawn(leave());
    EXPECT_TRUE(may_leave());
}

TEST_F(Limiter, IsCarefulAfterARefusal) {
    exchange(50);
    rule_.answered(leave(), told(0, reset, true), now_);
    EXPECT_EQ(next().why, hold::quota);
    EXPECT_LE(next().at, start_ + 601s + 500ms) << "the reset is known better than Retry-After";
    now_ = next().at;
    const auto first = leave();
    EXPECT_EQ(next().why, hold::answers) << "one at a time, until one is answered well";
    rule_.answered(first, told(90, reset + 3600s), now_);
    EXPECT_TRUE(may_leave());
}

TEST_F(Limiter, WaitsAsARefusalAsks) {
    auto said = told(60, reset, true);
    said.retry_after = 847s;
    rule_.answered(leave(), said, now_);
    EXPECT_EQ(next(), (departure{now_ + 847s, hold::quota}));
    EXPECT_TRUE(rule_.was_asked_to_wait(next().at)) << "60 requests are left: they are not why";
}

TEST_F(Limiter, KnowsAWindowThatIsSpentFromARefusal) {
    rule_.answered(leave(), told(0), now_);
    EXPECT_EQ(next().why, hold::quota);
    EXPECT_FALSE(rule_.was_asked_to_wait(next().at));
}

TEST_F(Limiter, WaitsLongerEachTimeWhereARefusalSaysNothing) {
    quota_report said;
    said.refused = true;
    said.date = reset;
    for (const auto wait : {10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
        rule_.answered(leave(), said, now_);
        EXPECT_EQ(next().at, now_ + wait);
        now_ += wait;
    }
}

TEST_F(Limiter, HoldsToTheTightestOfSeveralWindows) {
    auto said = told(60);
    said.readings.push_back(
        {.name = "burst", .limit = 10, .remaining = 1, .resets_at = reset - 590s, .window = 10s});
    rule_.answered(leave(), said, now_);
    EXPECT_EQ(next().why, hold::quota);
    EXPECT_LE(next().at, now_ + 12s);
    now_ = next().at;
    EXPECT_TRUE(may_leave());
}

TEST_F(Limiter, SpreadsTheRateEvenlyAndDoesNotSaveUp) {
    be({.rate = {5, 1s}});
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(next(), (departure{std::max(now_, start_ + i * 200ms),
                                     i == 0 ? hold::nothing : hold::rate}));
        rule_.withdrawn(leave());
    }
    now_ += 1h;
    EXPECT_TRUE(may_leave());
    rule_.withdrawn(leave());
    EXPECT_EQ(next().at, now_ + 200ms);
}

TEST_F(Limiter, NeverSendsMoreThanTheRateInAnyWindow) {
    be({.rate = {7, 1s}});
    std::vector<time> sent;
    for (int i = 0; i < 100; ++i) {
        now_ = next().at + (i % 10 == 0 ? 900ms : 0ms);
        rule_.withdrawn(leave());
        sent.push_back(now_);
    }
    for (std::size_t i = 7; i < sent.size(); ++i) {
        EXPECT_GE(sent[i] - sent[i - 7] + 1us, 1s) << i;
    }
}

TEST_F(Limiter, HoldsToFifteenHundredInAnyHourWhereNothingIsTold) {
    quota_report silent;
    silent.date = reset;
    for (int i = 0; i < 1350; ++i) {
        ASSERT_TRUE(may_leave()) << i;
        rule_.answered(leave(), silent, now_);
        now_ += 1s;
    }
    EXPECT_EQ(next(), (departure{start_ + 1h, hold::quota}));
    now_ = start_ + 1h;
    EXPECT_TRUE(may_leave());
}

TEST(QuotaReserve, IsANumberOrAPartOfTheLimitAndNeverAllOfIt) {
    EXPECT_EQ((quota_reserve{10, true}.of(1500)), 150);
    EXPECT_EQ((quota_reserve{10, true}.of(55)), 6) << "rounded up";
    EXPECT_EQ((quota_reserve{10, true}.of(1)), 0);
    EXPECT_EQ((quota_reserve{99, true}.of(10)), 9);
    EXPECT_EQ((quota_reserve{200, false}.of(1500)), 200);
    EXPECT_EQ((quota_reserve{2000, false}.of(1500)), 1499);
    EXPECT_EQ((quota_reserve{0, true}.of(1500)), 0);
}

TEST_F(Limiter, LetsNothingLeaveWithoutALeaseWhereTheBudgetIsShared) {
    be({.reserve = {0, false}, .is_shared = true});
    shared_budget with;
    exchange(100);
    EXPECT_EQ(next(), (departure{now_, hold::lease}));
    rule_.take_lease(with, 1, now_);
    EXPECT_EQ(with.out_of_others(2, now_), 2) << "a small one at first";
    leave();
    leave();
    EXPECT_EQ(next().why, hold::lease);
    rule_.take_lease(with, 1, now_);
    EXPECT_EQ(with.out_of_others(2, now_), 2 + 4) << "under way and leased";
    rule_.give_back_lease(with, 1, now_);
    EXPECT_EQ(with.out_of_others(2, now_), 2);
}

TEST_F(Limiter, LetsALeaseEndWithItsTime) {
    be({.reserve = {0, false}, .is_shared = true});
    shared_budget with;
    exchange(100);
    rule_.take_lease(with, 1, now_);
    EXPECT_TRUE(may_leave());
    now_ += 1s;
    EXPECT_EQ(next().why, hold::lease) << "others no longer count on it";
}

TEST_F(Limiter, WaitsForWhatOthersHaveOut) {
    be({.reserve = {0, false}, .is_shared = true});
    shared_budget with;
    with.put({.who = 2, .at_ms = 0, .out = 10, .spent = 0}, now_);
    exchange(10);
    rule_.take_lease(with, 1, now_);
    EXPECT_EQ(next(), (departure{now_ + 100ms, hold::lease}));
    now_ += 100ms;
    with.put({.who = 2, .at_ms = 0, .out = 9, .spent = 0}, now_);
    rule_.take_lease(with, 1, now_);
    EXPECT_EQ(next(), (departure{now_, hold::nothing}));
    leave();
    EXPECT_EQ(next().why, hold::lease);
}

TEST_F(Limiter, BelievesTheLowerReadingOfAnotherProcess) {
    be({.reserve = {0, false}, .is_shared = true});
    shared_budget with;
    with.put({"", reset.time_since_epoch().count(), 0});
    exchange(50);
    rule_.take_lease(with, 1, now_);
    EXPECT_EQ(next().why, hold::quota);
    EXPECT_EQ(with.find("")->remaining, 0);
}

TEST_F(Limiter, CountsWhatOthersSpentOfAnAssumedQuota) {
    be({.reserve = {0, false}, .is_shared = true});
    shared_budget with;
    with.put({.who = 2, .at_ms = 0, .out = 0, .spent = limiter::assumed_limit}, now_);
    rule_.take_lease(with, 1, now_);
    EXPECT_FALSE(may_leave());
}

} // namespace
} // namespace noteload::delivery
