#include "noteload/delivery/gate_rule.hpp"

#include <gmock/gmock.h>

namespace noteload::delivery {
namespace {

using namespace std::chrono_literals;

class GateRule : public ::testing::Test {
protected:
    static attempt answered(int status) {
        attempt a;
        a.taken = handed::last_record;
        a.reply.status = status;
        return a;
    }
    static attempt lost() {
        attempt a;
        a.taken = handed::last_record;
        a.what = trouble::timed_out;
        return a;
    }
    void fail(int times) {
        for (int i = 0; i < times; ++i) {
            rule_.ended(rule_.leave(now_), lost(), {}, now_);
            rule_.server().bad(aim::work, now_, now_);
        }
    }
    void refuse(std::chrono::seconds wait) {
        quota_report said;
        said.refused = true;
        said.retry_after = wait;
        rule_.ended(rule_.leave(now_), answered(429), said, now_);
    }

    gate_rule::time now_{1000h};
    gate_rule rule_{{.give_up_after = 1h}, now_};
};

TEST_F(GateRule, LetsOnlyProbesPassWhileTheServerFails) {
    fail(8);
    EXPECT_EQ(rule_.next(now_), (departure{gate_rule::time::max(), hold::server}));
    EXPECT_EQ(rule_.next(now_, aim::probe), (departure{now_ + 1s, hold::server}));
    now_ += 1s;
    EXPECT_LE(rule_.next(now_, aim::probe).at, now_);
}

TEST_F(GateRule, LetsOnePieceOfWorkTryAServerThatReadsWellAgain) {
    const departure never{gate_rule::time::max(), hold::server};
    fail(8);
    rule_.server().probed(true, now_);
    EXPECT_LE(rule_.next(now_, aim::look).at, now_);
    EXPECT_LE(rule_.next(now_).at, now_);
    const auto trial = rule_.leave(now_);
    EXPECT_EQ(rule_.next(now_), never);
    EXPECT_LE(rule_.next(now_, aim::look).at, now_);
    rule_.server().good(aim::work, trial.left, now_);
    EXPECT_LE(rule_.next(now_).at, now_);
}

TEST_F(GateRule, HoldsProbesBackForWantOfQuotaToo) {
    refuse(60s);
    fail(8);
    now_ += 10s;
    EXPECT_EQ(rule_.next(now_, aim::probe), (departure{now_ + 50s, hold::quota}));
}

TEST_F(GateRule, DoesNotGiveUpWhileItWaitsForQuota) {
    fail(1);
    refuse(2h);
    EXPECT_EQ(rule_.next(now_).why, hold::quota);
    now_ += 2h;
    EXPECT_LE(rule_.next(now_).at, now_);
    EXPECT_FALSE(rule_.server().must_give_up(now_));
    fail(1);
    now_ += 1h;
    EXPECT_TRUE(rule_.server().must_give_up(now_));
}

TEST_F(GateRule, HalvesTheConcurrencyItHasFoundAtEverySignOfTooMuch) {
    for (const auto& sign : {lost(), answered(500), answered(503), answered(408), answered(429)}) {
        rule_ = gate_rule({.concurrency = {.fixed = 0}}, now_);
        rule_.ended(rule_.leave(now_), sign, {}, now_);
        EXPECT_EQ(rule_.concurrency(), 2) << sign.reply.status;
    }
    rule_ = gate_rule({.concurrency = {.fixed = 0}}, now_);
    rule_.ended(rule_.leave(now_), answered(404), {}, now_);
    EXPECT_EQ(rule_.concurrency(), 4);
}

} // namespace
} // namespace noteload::delivery
