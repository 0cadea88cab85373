#include "noteload/delivery/concurrency_rule.hpp"

#include <gmock/gmock.h>

namespace noteload::delivery {
namespace {

using namespace std::chrono_literals;

class ConcurrencyRule : public ::testing::Test {
protected:
    /// Rounds in which all connections are in use.
    void rounds(int n, std::chrono::milliseconds latency) {
        for (int i = 0; i < n; ++i) {
            now_ += latency;
            for (int k = rule_.limit(); k > 0; --k) {
                rule_.good(latency, rule_.limit());
            }
        }
    }
    /// Each from a request that left after the last one had failed.
    void failures(int n) {
        for (int i = 0; i < n; ++i) {
            now_ += 1s;
            rule_.bad(now_ - 500ms, now_);
        }
    }

    concurrency_rule::time now_{1000h};
    concurrency_rule rule_{{.fixed = 0}};
};

TEST_F(ConcurrencyRule, StaysWhereItIsFixed) {
    rule_ = concurrency_rule({.fixed = 12});
    rounds(10, 50ms);
    EXPECT_EQ(rule_.limit(), 12);
    failures(10);
    EXPECT_EQ(rule_.limit(), 12);
}

TEST_F(ConcurrencyRule, BeginsLowAndGrowsByAboutOneARound) {
    EXPECT_EQ(rule_.limit(), 4);
    rounds(10, 50ms);
    EXPECT_NEAR(rule_.limit(), 13, 2);
    rounds(100, 50ms);
    EXPECT_EQ(rule_.limit(), 64);
}

TEST_F(ConcurrencyRule, DoesNotGrowWhileConnectionsAreIdle) {
    for (int i = 0; i < 1000; ++i) {
        rule_.good(50ms, 2);
    }
    EXPECT_EQ(rule_.limit(), 4);
}

TEST_F(ConcurrencyRule, StopsGrowingWhenLatencyDoes) {
    rounds(10, 50ms);
    rounds(2, 200ms);
    const auto reached = rule_.limit();
    rounds(20, 200ms);
    EXPECT_EQ(rule_.limit(), reached);
}

TEST_F(ConcurrencyRule, HalvesOncePerTroubleDownToOne) {
    rounds(100, 50ms);
    const auto left = now_ - 50ms;
    for (int i = 0; i < 64; ++i) {
        rule_.bad(left, now_);
    }
    EXPECT_EQ(rule_.limit(), 32) << "64 requests of one moment are one sign";
    failures(3);
    EXPECT_EQ(rule_.limit(), 4);
    failures(10);
    EXPECT_EQ(rule_.limit(), 1);
    rounds(3, 50ms);
    EXPECT_GE(rule_.limit(), 3);
}

} // namespace
} // namespace noteload::delivery
