// The whole pipeline but for its ends: real dispatcher, sender, marks, log and recovery over a
// server, a clock and a disk of the model's. One seed is one schedule.

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <string>

#include "schedule.hpp"

namespace noteload::model {
namespace {

std::uint32_t number_from(const char* variable, std::uint32_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : static_cast<std::uint32_t>(std::stoul(text));
}

void expect_kept(const plan& p, const report& r) {
    std::string all;
    for (const auto& line : r.wrong) {
        all += "WRONG: " + line + '\n';
    }
    EXPECT_TRUE(r.wrong.empty()) << p << (std::getenv("NOTELOAD_MODEL_SEED") ? r.story + r.log : "")
                                 << all;
    EXPECT_TRUE(r.counts.balanced());
}

/// A schedule with some of everything, but for deaths: they are the test's.
plan eventful(std::uint32_t seed) {
    auto p = make_plan(seed);
    p.lives.clear();
    p.options.in_doubt = delivery::doubt_policy::verify;
    p.server.lost = 20;
    p.server.stops = 0;
    p.server.forbids = 0;
    p.server.outage = milliseconds(0);
    p.server.broken = 10;
    p.server.read_lag = milliseconds(10'000);
    p.server.late_note = milliseconds(10'000);
    return p;
}

class ModelOfOneEnd : public ::testing::TestWithParam<cause> {};

/// In one run after the other it comes a step later (later on, some steps), until a run is over
/// before it.
TEST_P(ModelOfOneEnd, KeepsEveryPromiseAtWhicheverStepItComes) {
    for (const std::uint32_t seed : {3u, 7u, 12u}) {
        auto p = eventful(seed);
        p.lives = {{.by = GetParam(), .at_step = 1, .downtime = milliseconds(1500)}};
        for (bool came = true; came && !HasFailure();) {
            const auto r = run_plan(p);
            expect_kept(p, r);
            came = r.as_planned;
            p.lives[0].at_step += p.lives[0].at_step < 100 ? 1 : 17;
        }
    }
}

std::string name_of(const ::testing::TestParamInfo<cause>& tested) {
    return std::array{"None", "Kill", "PowerCut", "Signal",
                      "FullDisk"}[static_cast<std::size_t>(tested.param)];
}

INSTANTIATE_TEST_SUITE_P(Causes, ModelOfOneEnd,
                         ::testing::Values(cause::kill, cause::power_cut, cause::signal,
                                           cause::disk),
                         name_of);

TEST(Model, IsTheSameScheduleForTheSameSeed) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        const auto p = make_plan(seed);
        const auto once = run_plan(p);
        const auto again = run_plan(p);
        EXPECT_EQ(once.log, again.log) << "seed " << seed;
        EXPECT_EQ(once.story, again.story) << "seed " << seed;
    }
}

// NOTELOAD_MODEL_SEED=N runs from that seed on, NOTELOAD_MODEL_SEEDS=M so many of them.
TEST(Model, KeepsEveryPromiseWhateverHappens) {
    const auto first = number_from("NOTELOAD_MODEL_SEED", 1);
    const auto count = number_from("NOTELOAD_MODEL_SEEDS", 1000);
    row_counts sum;
    int lives = 0;
    int finished = 0;
    int bad = 0;
    long steps = 0;
    const bool chatty = std::getenv("NOTELOAD_MODEL_CHATTY") != nullptr;
    for (auto seed = first; seed < first + count && bad < 5; ++seed) {
        if (chatty) {
            std::cout << "seed " << seed << std::endl;
        }
        const auto p = make_plan(seed);
        const auto r = run_plan(p);
        expect_kept(p, r);
        bad += r.wrong.empty() ? 0 : 1;
        lives += r.lives;
        finished += r.finished ? 1 : 0;
        steps += r.steps;
        sum.read += r.counts.read;
        for (std::size_t i = 0; i < outcome_count; ++i) {
            sum.of[i] += r.counts.of[i];
        }
    }
    std::cout << "seeds " << first << " to " << first + count - 1 << ": " << lives << " lives, "
              << finished << " finished, " << steps << " steps";
    for (std::size_t i = 0; i < outcome_count; ++i) {
        std::cout << ", " << static_cast<outcome>(i) << ' ' << sum.of[i];
    }
    std::cout << '\n';
}

} // namespace
} // namespace noteload::model
