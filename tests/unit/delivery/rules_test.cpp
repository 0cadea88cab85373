// The rules that take time and chance as arguments: backoff, retry_budget, breaker,
// firewall_watch.

#include <gmock/gmock.h>

#include <limits>
#include <string>
#include <vector>

#include "noteload/delivery/breaker.hpp"
#include "noteload/delivery/firewall_watch.hpp"
#include "noteload/delivery/retry.hpp"

namespace noteload::delivery {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::uint64_t most_random = 0xFFFF'FFFF;

TEST(Backoff, WaitsBetweenNothingAndACeilingThatDoubles) {
    const backoff b{.first = 200ms, .longest = 30s};
    const milliseconds ceilings[] = {200ms,   400ms,   800ms, 1600ms, 3200ms, 6400ms,
                                     12800ms, 25600ms, 30s,   30s,    30s};
    for (int n = 1; n <= 11; ++n) {
        EXPECT_EQ(b.wait(n, 0), 0ms) << n;
        EXPECT_EQ(b.wait(n, most_random), ceilings[n - 1]) << n;
        EXPECT_NEAR(static_cast<double>(b.wait(n, most_random / 2).count()),
                    static_cast<double>(ceilings[n - 1].count()) / 2, 1.0)
            << n;
    }
}

TEST(Backoff, StaysInItsBoundsHoweverLongItFails) {
    const backoff b;
    for (const int n : {-1, 0, 20, 21, 22, 64, 1000, std::numeric_limits<int>::max()}) {
        for (const std::uint64_t random : {std::uint64_t{0}, most_random, ~std::uint64_t{0}}) {
            EXPECT_GE(b.wait(n, random), 0ms) << n;
            EXPECT_LE(b.wait(n, random), b.longest) << n;
        }
    }
}

class Breaker : public ::testing::Test {
protected:
    using time = breaker::time;
    void fail(int times, aim what = aim::work) {
        for (int i = 0; i < times; ++i) {
            rule_.bad(what, now_, now_);
        }
    }
    void succeed(aim what = aim::work) { rule_.good(what, now_, now_); }

    time now_{1000h};
    breaker rule_{{.failures = 3, .first_pause = 1s, .longest_pause = 5s, .give_up_after = 60s},
                  now_};
};

TEST_F(Breaker, OpensAfterFailuresOneAfterTheOther) {
    fail(2);
    EXPECT_TRUE(rule_.is_closed());
    succeed();
    fail(2);
    EXPECT_TRUE(rule_.is_closed());
    fail(1);
    ASSERT_TRUE(rule_.is_open());
    EXPECT_FALSE(rule_.may_leave(aim::work));
    EXPECT_FALSE(rule_.may_leave(aim::look));
    EXPECT_EQ(rule_.probe_at(), now_ + 1s);
}

TEST_F(Breaker, IsNotDelayedByGoodAnswersThatWereUnderWayWhenTheTroubleBegan) {
    fail(2);
    rule_.good(aim::work, now_ - 10ms, now_ + 10ms);
    fail(1);
    EXPECT_TRUE(rule_.is_open());
    rule_.good(aim::work, now_ - 10ms, now_ + 20ms);
    EXPECT_TRUE(rule_.is_open());
}

TEST_F(Breaker, OpensAtTheSecondOfTwoFailuresThatAreFarApart) {
    const auto left = now_;
    now_ += 30s; // each a whole timeout
    rule_.bad(aim::work, left, now_);
    EXPECT_TRUE(rule_.is_closed());
    const auto next = now_;
    now_ += 30s;
    rule_.bad(aim::work, next, now_);
    EXPECT_TRUE(rule_.is_open());
    now_ = rule_.probe_at();
    rule_.probed(true, now_);
    rule_.leaves(aim::work);
    rule_.bad(aim::work, now_, now_ + 1s);
    EXPECT_TRUE(rule_.is_open()) << "the trial fails at once, with few failures so far";
}

TEST_F(Breaker, StaysClosedWhereAGoodAnswerStandsBetweenThem) {
    rule_.bad(aim::work, now_, now_);
    rule_.good(aim::work, now_ + 5s, now_ + 6s);
    rule_.bad(aim::work, now_ + 20s, now_ + 30s);
    EXPECT_TRUE(rule_.is_closed());
}

TEST_F(Breaker, DoublesItsPausesUpToTheLongest) {
    fail(3);
    for (const auto pause : {2s, 4s, 5s, 5s}) {
        now_ = rule_.probe_at();
        rule_.probed(false, now_);
        EXPECT_EQ(rule_.probe_at(), now_ + pause);
    }
}

TEST_F(Breaker, IsNotPutOffByFailuresOfWhatWasInFlight) {
    fail(3);
    const auto due = rule_.probe_at();
    now_ += 500ms;
    fail(10);
    EXPECT_EQ(rule_.probe_at(), due);
    rule_.probed(true, now_);
    rule_.bad(aim::work, now_ - 1min, now_);
    EXPECT_FALSE(rule_.is_open());
}

TEST_F(Breaker, LetsOnePieceOfWorkTryAServerThatProbesWell) {
    fail(3);
    rule_.probed(true, now_);
    EXPECT_FALSE(rule_.is_closed());
    ASSERT_TRUE(rule_.may_leave(aim::work));
    rule_.leaves(aim::look);
    ASSERT_TRUE(rule_.may_leave(aim::work));
    rule_.leaves(aim::work);
    EXPECT_FALSE(rule_.may_leave(aim::work));
    EXPECT_TRUE(rule_.may_leave(aim::look));
}

TEST_F(Breaker, ClosesWhenTheTrialSucceedsAndBeginsAnew) {
    fail(3);
    rule_.probed(true, now_);
    rule_.leaves(aim::work);
    succeed();
    EXPECT_TRUE(rule_.is_closed());
    fail(2);
    EXPECT_TRUE(rule_.is_closed());
    fail(1);
    EXPECT_EQ(rule_.probe_at(), now_ + 1s);
}

TEST_F(Breaker, OpensForLongerWhenTheTrialFails) {
    fail(3);
    for (const auto pause : {2s, 4s, 5s}) {
        now_ = rule_.probe_at();
        rule_.probed(true, now_);
        rule_.leaves(aim::work);
        fail(1);
        ASSERT_TRUE(rule_.is_open());
        EXPECT_EQ(rule_.probe_at(), now_ + pause);
    }
}

TEST_F(Breaker, ClosesWhereUnreadableAnswersTurnOutToHaveBeenGood) {
    for (int i = 0; i < 3; ++i) {
        rule_.bad(aim::work, now_, now_, true);
    }
    ASSERT_TRUE(rule_.is_open());
    rule_.turned_out_good(now_, now_ + 30s);
    EXPECT_TRUE(rule_.is_closed());
    rule_.probed(true, now_ + 31s); // was on its way
    EXPECT_TRUE(rule_.is_closed());
    EXPECT_FALSE(rule_.must_give_up(now_ + 89s));
    fail(3);
    EXPECT_EQ(rule_.probe_at(), now_ + 1s);
}

TEST_F(Breaker, DoesNotTakeBackOtherFailuresForWhatLeftBeforeThem) {
    const auto left = now_;
    rule_.bad(aim::work, left, now_ += 1s, true);
    rule_.bad(aim::work, left, now_ += 1s, false);
    rule_.bad(aim::work, left, now_ += 1s, true);
    ASSERT_TRUE(rule_.is_open());
    rule_.turned_out_good(left, now_);
    EXPECT_TRUE(rule_.is_open());
    rule_.turned_out_good(now_, now_);
    EXPECT_TRUE(rule_.is_closed()) << "it left behind them, and was good";
}

TEST_F(Breaker, StaysOpenWhereAProbeFailedAfterUnreadableAnswers) {
    const auto left = now_;
    for (int i = 0; i < 3; ++i) {
        rule_.bad(aim::work, left, now_, true);
    }
    now_ = rule_.probe_at();
    rule_.probed(false, now_);
    rule_.turned_out_good(left, now_);
    EXPECT_TRUE(rule_.is_open());
}

TEST_F(Breaker, DoesNotTakeGoodLooksForAServerThatWorks) {
    fail(2);
    succeed(aim::look);
    fail(1);
    ASSERT_TRUE(rule_.is_open());
    rule_.probed(true, now_);
    succeed(aim::look);
    EXPECT_FALSE(rule_.is_closed());
    EXPECT_TRUE(rule_.must_give_up(now_ + 60s));
}

TEST_F(Breaker, ClosesAtAGoodLookWhereLooksAloneFailed) {
    fail(3, aim::look);
    ASSERT_TRUE(rule_.is_open());
    rule_.probed(true, now_);
    succeed(aim::look);
    EXPECT_TRUE(rule_.is_closed());
}

TEST_F(Breaker, GivesUpAfterSoLongWithoutAGoodAnswer) {
    EXPECT_FALSE(rule_.must_give_up(now_ + 100h)) << "nothing has failed";
    fail(1);
    EXPECT_FALSE(rule_.must_give_up(now_ + 59s));
    EXPECT_TRUE(rule_.must_give_up(now_ + 60s));
    EXPECT_EQ(rule_.without_answer(now_ + 60s), 60s);
    rule_.good(aim::work, now_ + 30s, now_ + 30s);
    fail(1);
    EXPECT_FALSE(rule_.must_give_up(now_ + 89s));
    EXPECT_TRUE(rule_.must_give_up(now_ + 90s));
}

TEST_F(Breaker, DoesNotCountWaitsForQuota) {
    fail(1);
    rule_.waits_for_quota(now_ + 10s, now_ + 1h);
    EXPECT_EQ(rule_.without_answer(now_ + 10s), 10s);
    EXPECT_EQ(rule_.without_answer(now_ + 1h), 10s);
    EXPECT_EQ(rule_.without_answer(now_ + 1h + 49s), 59s);
    EXPECT_FALSE(rule_.must_give_up(now_ + 1h + 49s));
    EXPECT_TRUE(rule_.must_give_up(now_ + 1h + 50s));
}

TEST_F(Breaker, CountsOverlappingWaitsForQuotaOnceAndOnlyAsLongAsTheyWere) {
    fail(1);
    rule_.waits_for_quota(now_, now_ + 1h);
    rule_.waits_for_quota(now_ + 10s, now_ + 1h);
    rule_.waits_for_quota(now_ + 30s, now_ + 2h);
    EXPECT_EQ(rule_.without_answer(now_ + 90min), 0s);
    rule_.waits_for_quota(now_ + 90min, now_ + 90min); // it was over earlier than was thought
    EXPECT_EQ(rule_.without_answer(now_ + 3h), 90min);
    rule_.waits_for_quota(now_ + 3h, now_ + 4h);
    EXPECT_EQ(rule_.without_answer(now_ + 4h), 90min);
}

TEST_F(Breaker, KeepsAWaitThatAGoodAnswerInFlightFallsInto) {
    fail(1);
    rule_.waits_for_quota(now_, now_ + 1h);
    rule_.good(aim::work, now_ + 10s, now_ + 10s);
    fail(1);
    EXPECT_EQ(rule_.without_answer(now_ + 1h + 5s), 5s);
}

TEST(RetryBudget, LetsABurstPassAndThenWhatIsEarned) {
    retry_budget budget;
    retry_budget::clock::time_point now{1000h};
    for (int i = 0; i < 32; ++i) {
        EXPECT_EQ(budget.take(now), now) << i;
    }
    // Those who come later wait for their turn, one a second.
    EXPECT_EQ(budget.take(now), now + 1s);
    EXPECT_EQ(budget.take(now), now + 2s);
    now += 2s;
    for (int i = 0; i < 10; ++i) {
        budget.earn();
    }
    EXPECT_LE(budget.take(now), now + 1ms);
    EXPECT_GT(budget.take(now), now + 900ms);
}

TEST(RetryBudget, SavesNoMoreThanItsBurst) {
    retry_budget budget;
    retry_budget::clock::time_point now{1000h};
    (void)budget.take(now);
    for (int i = 0; i < 10'000; ++i) {
        budget.earn();
    }
    now += 24h;
    for (int i = 0; i < 32; ++i) {
        EXPECT_EQ(budget.take(now), now) << i;
    }
    EXPECT_GT(budget.take(now), now);
}

TEST(FirewallWatch, RefusesWhatItHoldsOnceAnotherRowSucceeds) {
    firewall_watch rule(3);
    EXPECT_EQ(rule.created(rule.forbidden_so_far()), 0u);
    EXPECT_EQ(rule.forbidden(), firewall_watch::conclusion::wait);
    EXPECT_EQ(rule.forbidden(), firewall_watch::conclusion::wait);
    EXPECT_EQ(rule.created(rule.forbidden_so_far()), 2u);
    EXPECT_EQ(rule.created(rule.forbidden_so_far()), 0u);
}

TEST(FirewallWatch, LearnsNothingFromAnAnswerThatWasOnItsWayAlready) {
    firewall_watch rule(3);
    const auto at_first = rule.forbidden_so_far();
    (void)rule.forbidden();
    const auto after_one = rule.forbidden_so_far();
    (void)rule.forbidden();
    EXPECT_EQ(rule.created(at_first), 0u);
    EXPECT_EQ(rule.created(after_one), 1u);
    EXPECT_EQ(rule.created(after_one), 0u);
    EXPECT_EQ(rule.created(rule.forbidden_so_far()), 1u);
}

TEST(FirewallWatch, StopsWhenTooManyAreForbiddenInARow) {
    firewall_watch rule(3);
    for (int round = 0; round < 3; ++round) {
        // Three are not too many as long as a success stands between.
        (void)rule.created(rule.forbidden_so_far());
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(rule.forbidden(), firewall_watch::conclusion::wait);
        }
    }
    EXPECT_EQ(rule.forbidden(), firewall_watch::conclusion::stop);
}

TEST(FirewallWatch, AtTheEndAReadTellsUnlessNothingEverSucceeded) {
    firewall_watch rule(3);
    (void)rule.forbidden();
    EXPECT_EQ(rule.at_the_end(true), firewall_watch::conclusion::stop);
    EXPECT_EQ(rule.at_the_end(false), firewall_watch::conclusion::stop);
    (void)rule.created(rule.forbidden_so_far());
    (void)rule.forbidden();
    EXPECT_EQ(rule.at_the_end(true), firewall_watch::conclusion::refuse_held);
    EXPECT_EQ(rule.at_the_end(false), firewall_watch::conclusion::stop);
}

} // namespace
} // namespace noteload::delivery
