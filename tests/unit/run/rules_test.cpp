// mark_rule, error_limit and batch: the values and rules of run/ without a thread.

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "noteload/ledger/log_format.hpp"
#include "noteload/run/batch.hpp"
#include "noteload/run/error_limit.hpp"
#include "noteload/run/mark_rule.hpp"

namespace noteload::run {
namespace {

using namespace std::chrono_literals;

class MarkRule : public ::testing::Test {
protected:
    /// Marks and settles rows at a steady rate and returns what may stand ahead.
    std::size_t ahead_at(std::size_t rows_a_second, std::chrono::milliseconds during) {
        const auto end = now_ + during;
        const auto step = std::chrono::nanoseconds(1s) / static_cast<long>(rows_a_second);
        for (; now_ < end; now_ += step) {
            rule_.marked(1);
            rule_.settled(now_);
        }
        return rule_.ahead(now_);
    }

    mark_rule::time now_{1000h};
    mark_rule rule_{8};
};

TEST_F(MarkRule, BeginsWithTheConcurrency) {
    EXPECT_EQ(rule_.allowance(now_), 8u);
    rule_.marked(5);
    EXPECT_EQ(rule_.allowance(now_), 3u);
    rule_.marked(3);
    EXPECT_EQ(rule_.allowance(now_), 0u);
    EXPECT_EQ(rule_.open(), 8u);
    rule_.settled(now_);
    EXPECT_EQ(rule_.allowance(now_), 1u);
}

TEST_F(MarkRule, RunsAheadByWhatIsSentIn40Milliseconds) {
    struct {
        std::size_t rate;
        std::size_t least;
        std::size_t most;
    } const table[] = {{1, 0, 0}, {20, 0, 1}, {100, 3, 4}, {1000, 36, 40}, {10'000, 360, 400}};
    for (const auto& row : table) {
        rule_ = mark_rule(8);
        const auto ahead = ahead_at(row.rate, 2s);
        EXPECT_GE(ahead, row.least) << row.rate;
        EXPECT_LE(ahead, row.most) << row.rate << ": 50 ms are promised";
    }
}

TEST_F(MarkRule, ForgetsAFastTimeWithinHalfASecond) {
    EXPECT_GT(ahead_at(1000, 1s), 0u);
    EXPECT_EQ(rule_.ahead(now_ + 400ms), 0u);
    EXPECT_EQ(rule_.ahead(now_ + 100h), 0u);
    EXPECT_EQ(rule_.allowance(now_ + 100h), 8u);
}

TEST_F(MarkRule, StandsAClockThatStandsStill) {
    for (int i = 0; i < 1000; ++i) {
        rule_.marked(1);
        rule_.settled(now_);
    }
    EXPECT_EQ(rule_.ahead(now_), 100u);
    EXPECT_EQ(rule_.open(), 0u);
}

TEST_F(MarkRule, LetsMarksGatherWhileWhatIsLeftLastsForTwoSyncs) {
    const auto lead = ahead_at(10'000, 2s);
    struct {
        std::chrono::microseconds took;
        std::size_t worth;
    } const table[] = {{0us, lead * 9 / 10}, {5ms, lead * 3 / 4}, {10ms, lead / 2}, {1h, lead / 4}};
    for (const auto& row : table) {
        for (int i = 0; i < 50; ++i) {
            rule_.durable_after(row.took);
        }
        EXPECT_NEAR(static_cast<double>(rule_.worth_a_mark(now_)), static_cast<double>(row.worth),
                    2)
            << row.took.count();
    }
    EXPECT_EQ(mark_rule(8).worth_a_mark(now_), 1u);
}

TEST_F(MarkRule, NeverLeavesMoreOpenThanItAllowed) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        rule_ = mark_rule(4);
        for (int i = 0; i < 20'000; ++i) {
            now_ += std::chrono::microseconds(random() % 3000);
            if (const auto most = rule_.allowance(now_); most > 0 && random() % 2 == 0) {
                rule_.marked(random() % most + 1);
                ASSERT_LE(rule_.open(), 4 + rule_.ahead(now_));
            } else if (rule_.open() > 0) {
                rule_.settled(now_);
            }
        }
    }
}

TEST(ErrorLimit, IsPassedByOneMoreThanItsCount) {
    struct {
        error_limit limit;
        std::uint64_t errors;
        std::uint64_t settled;
        bool expected;
    } const table[] = {
        {{100, false}, 100, 100, false}, {{100, false}, 101, 1'000'000, true},
        {{0, false}, 0, 10, false},      {{0, false}, 1, 1, true},
        {{5, true}, 99, 99, false},      {{5, true}, 5, 100, false},
        {{5, true}, 6, 100, true},       {{5, true}, 6, 120, false},
        {{5, true}, 7, 120, true},       {{0, true}, 1, 100, true},
        {{0, true}, 0, 100, false},      {{100, true}, 100, 100, false},
    };
    for (const auto& row : table) {
        EXPECT_EQ(row.limit.passed(row.errors, row.settled), row.expected)
            << row.errors << " of " << row.settled << ", limit " << row.limit.count
            << (row.limit.is_percent ? "%" : "");
    }
}

TEST(Batch, FindsRecordsBodiesAndSpans) {
    batch b;
    for (const auto* text : {"one", "", "three\nlines\n"}) {
        auto& row = b.rows.emplace_back();
        row.bytes_begin = b.records.size();
        b.records += std::string(text) + "\n";
        row.body_begin = b.bodies.size();
        b.bodies += std::string("<") + text + ">";
        row.body_size = b.bodies.size() - row.body_begin;
    }
    EXPECT_EQ(b.record(0), "one");
    EXPECT_EQ(b.record(1), "");
    EXPECT_EQ(b.record(2), "three\nlines\n");
    EXPECT_EQ(b.body(b.rows[2]), "<three\nlines\n>");
    EXPECT_EQ(b.span(0, 1), "one\n\n");
    EXPECT_EQ(b.span(1, 2), "\nthree\nlines\n\n");
    EXPECT_EQ(b.span(0, 2), b.records);
    EXPECT_EQ(ledger::mark_hash(b.span(0, 0)), ledger::mark_hash("one\n"));
    EXPECT_GE(b.weight(), b.records.size() + b.bodies.size());
}

TEST(BatchRow, IsValidWithoutFaults) {
    batch_row row;
    EXPECT_TRUE(row.is_valid());
    row.faults.push_back({reason::bad_date, ""});
    EXPECT_FALSE(row.is_valid());
}

} // namespace
} // namespace noteload::run
