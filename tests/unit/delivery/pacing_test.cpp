// Whole runs in simulated time, for many seeds: what the gate's rules come to together.

#include <gmock/gmock.h>

#include <random>

#include "day_simulation.hpp"

namespace noteload::delivery {
namespace {

using namespace std::chrono_literals;
using test::day;
using test::day_end;
using test::play;
using test::trouble_time;

#ifdef __SANITIZE_ADDRESS__
constexpr std::uint64_t seeds = 200;
#else
constexpr std::uint64_t seeds = 2000;
#endif

class choice {
public:
    explicit choice(std::uint64_t seed) : random_(seed) {}
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
    }
    bool one_in(int n) { return between(1, n) == 1; }
    template <class T, std::size_t N>
    T of(const T (&list)[N]) {
        return list[static_cast<std::size_t>(between(0, N - 1))];
    }

private:
    std::mt19937_64 random_;
};

/// A day or so: some windows of some size, with clocks that differ.
day any_day(std::uint64_t seed) {
    choice any(seed);
    day d;
    d.seed = seed;
    d.window = any.of({60s, 600s, 900s, 3600s, 3600s, 3600s});
    d.limit = any.of({20, 100, 250, 600, 1500});
    d.phase = std::chrono::seconds(any.between(0, d.window.count() - 1));
    d.clock_ahead = std::chrono::milliseconds(any.between(-86'400'000, 86'400'000));
    d.drift_ppm = static_cast<int>(any.between(-100, 100));
    d.tells_window_length = any.one_in(2);
    d.latency = std::chrono::microseconds(any.of({5'000, 40'000, 150'000, 400'000}));
    d.concurrency.fixed = any.of({0, 1, 4, 8, 8, 16, 64});
    d.quota.reserve =
        any.of({quota_reserve{10, true}, quota_reserve{10, true}, quota_reserve{0, true},
                quota_reserve{5, false}, quota_reserve{50, true}});
    const auto a_window = d.limit - d.quota.reserve.of(d.limit);
    d.rows = static_cast<int>(std::min<std::int64_t>(a_window * any.between(4, 24), 12'000));
    return d;
}

TEST(Pacing, AloneItUsesTheQuotaToTheFullAndNeverBeyond) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const auto d = any_day(seed);
        SCOPED_TRACE(::testing::PrintToString(d));
        const auto end = play(d);
        ASSERT_TRUE(end.ended);
        EXPECT_EQ(end.created, d.rows);
        EXPECT_EQ(end.doubled, 0);
        EXPECT_EQ(end.refused, 0);
        EXPECT_EQ(end.reserve_used, 0);
        EXPECT_EQ(end.most_unused, 0);
        if (!d.concurrency.is_auto()) { // it begins low, and may miss the end of the first window
            EXPECT_LE(end.took / end.least_possible, 1.05);
        }
        EXPECT_LE(end.first_excess,
                  std::max<std::chrono::duration<double>>(1s, 0.01 * d.window) + 2 * d.latency);
        EXPECT_LE(end.longest_excess, 0.01 * d.window + 2 * d.latency);
    }
}

TEST(Pacing, LearnsTheServersClockWellEnoughForWindowsOfSeconds) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        auto d = any_day(seed);
        choice any(seed + 3'000'000);
        d.window = std::chrono::seconds(any.between(3, 20));
        d.phase = 0s;
        d.limit = any.of({20, 50, 200, 1000});
        d.latency = std::chrono::microseconds(any.of({1'000, 5'000, 20'000}));
        d.rows = static_cast<int>(d.limit - d.quota.reserve.of(d.limit)) * 12;
        SCOPED_TRACE(::testing::PrintToString(d));
        const auto end = play(d);
        ASSERT_TRUE(end.ended);
        EXPECT_EQ(end.refused, 0);
        EXPECT_EQ(end.reserve_used, 0);
        EXPECT_LE(end.took / end.least_possible, 1.05);
    }
}

TEST(Pacing, WithOthersOnTheQuotaLessThanOneRequestAWindowIsRefused) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        auto d = any_day(seed);
        choice any(seed + 1'000'000);
        d.others = static_cast<double>(any.between(5, 80)) / 100;
        SCOPED_TRACE(::testing::PrintToString(d));
        const auto end = play(d);
        ASSERT_TRUE(end.ended);
        EXPECT_EQ(end.created, d.rows);
        EXPECT_EQ(end.doubled, 0);
        EXPECT_LT(end.refused, std::max(end.windows, 1));
        EXPECT_LE(static_cast<double>(end.most_unused), 0.05 * static_cast<double>(d.limit) + 1);
        if (d.quota.reserve.amount >= 10) {
            EXPECT_LE(end.refused_at_once, 1);
        }
    }
}

TEST(Pacing, HoldsToFifteenHundredAnHourWhereTheServerTellsNothing) {
    for (std::uint64_t seed = 1; seed <= seeds / 10; ++seed) {
        auto d = any_day(seed);
        d.tells_quota = false;
        d.limit = 1500;
        d.window = 3600s;
        d.rows = 8000;
        SCOPED_TRACE(::testing::PrintToString(d));
        const auto end = play(d);
        ASSERT_TRUE(end.ended);
        EXPECT_EQ(end.created, d.rows);
        EXPECT_EQ(end.refused, 0);
        EXPECT_EQ(end.reserve_used, 0);
        // Where the server's hour begins is unknown: it may cost most of one.
        EXPECT_LE(end.took, 1.05 * end.least_possible + d.window);
    }
}

TEST(Pacing, WithoutADateOurOwnClockHasToDo) {
    for (std::uint64_t seed = 1; seed <= seeds / 10; ++seed) {
        auto d = any_day(seed);
        d.tells_date = false;
        d.clock_ahead = 0ms;
        d.drift_ppm = 0;
        SCOPED_TRACE(::testing::PrintToString(d));
        const auto end = play(d);
        ASSERT_TRUE(end.ended);
        EXPECT_EQ(end.refused, 0);
        EXPECT_LE(end.took / end.least_possible, 1.05);
    }
}

TEST(Pacing, SpreadEvenlyItTakesTheSameQuota) {
    for (std::uint64_t seed = 1; seed <= seeds / 10; ++seed) {
        auto d = any_day(seed);
        d.quota.pace = pacing::even;
        d.concurrency.fixed = std::max(d.concurrency.fixed, 1);
        SCOPED_TRACE(::testing::PrintToString(d));
        const auto end = play(d);
        ASSERT_TRUE(end.ended);
        EXPECT_EQ(end.created, d.rows);
        EXPECT_EQ(end.refused, 0);
        EXPECT_EQ(end.reserve_used, 0);
        EXPECT_LE(end.took, 1.05 * end.least_possible + d.window);
    }
}

TEST(Pacing, TroublesCostTheirTimeAndNoRow) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        auto d = any_day(seed);
        choice any(seed + 2'000'000);
        d.loses = any.of({0.0, 0.001, 0.02});
        d.rows = std::min(d.rows, 6000);
        for (auto at = any.between(1, 3600); d.troubles.size() < 8; at += any.between(1, 7200)) {
            const auto until = at + any.of({5, 60, 600, 3600, 7200});
            d.troubles.push_back({static_cast<trouble_time::kind>(any.between(0, 5)),
                                  std::chrono::seconds(at), std::chrono::seconds(until)});
            at = until;
        }
        SCOPED_TRACE(::testing::PrintToString(d));
        const auto end = play(d);
        ASSERT_TRUE(end.ended);
        EXPECT_EQ(end.created, d.rows);
        EXPECT_EQ(end.doubled, 0);
        EXPECT_EQ(end.unsettled, 0);
        EXPECT_EQ(end.refused, 0);
    }
}

TEST(Pacing, AnHourWithoutTheServerCostsAnHour) {
    using kind = trouble_time::kind;
    for (const auto what : {kind::refuses, kind::hangs, kind::acts_unheard, kind::fails}) {
        day d;
        d.limit = 1'000'000;
        d.rows = 100'000;
        const auto without = play(d);
        d.troubles = {{what, 600s, 4200s}};
        SCOPED_TRACE(::testing::PrintToString(d));
        const auto with = play(d);
        ASSERT_TRUE(with.ended);
        EXPECT_EQ(with.created, d.rows);
        EXPECT_EQ(with.doubled, 0);
        EXPECT_LE(with.took - without.took, 3600s * 1.01);
        // What was in flight when it began, asked for and sent again; and probes.
        EXPECT_LE(with.requests - without.requests, 4 * 8 + 3600 / 30 + 10);
    }
}

} // namespace
} // namespace noteload::delivery
