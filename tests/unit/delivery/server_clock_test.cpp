#include "noteload/delivery/server_clock.hpp"

#include <gmock/gmock.h>

#include <random>

namespace noteload::delivery {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using std::chrono::sys_seconds;
using time = server_clock::time;

/// A server whose clock is `ahead` of our steady one.
class ServerClock : public ::testing::Test {
protected:
    void ask(nanoseconds there, nanoseconds back) {
        const auto left = now_;
        now_ += there;
        const auto date =
            std::chrono::floor<std::chrono::seconds>(now_.time_since_epoch() + ahead_);
        now_ += back;
        clock_.heard(sys_seconds(date), left, now_);
    }
    [[nodiscard]] time truth(sys_seconds t) const {
        return time(nanoseconds(t.time_since_epoch()) - ahead_);
    }
    [[nodiscard]] sys_seconds in_a_minute() const {
        return sys_seconds(
                   std::chrono::ceil<std::chrono::seconds>(now_.time_since_epoch() + ahead_)) +
               60s;
    }

    time now_{1000h};
    nanoseconds ahead_ = 1'790'000'000s + 300ms;
    server_clock clock_;
};

TEST_F(ServerClock, NeverSaysThatATimeHasComeBeforeItHas) {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        std::mt19937_64 random(seed);
        ahead_ = nanoseconds(static_cast<std::int64_t>(random() % 2'000'000'000'000'000'000));
        clock_ = server_clock();
        SCOPED_TRACE("seed " + std::to_string(seed));
        for (int i = 0; i < 50; ++i) {
            now_ += nanoseconds(random() % 3'000'000'000);
            ask(nanoseconds(random() % 300'000'000), nanoseconds(random() % 300'000'000));
            const auto t = in_a_minute();
            ASSERT_GE(clock_.latest(t), truth(t));
            ASSERT_LE(clock_.earliest(t), truth(t));
            ASSERT_LE(clock_.latest(t) - clock_.earliest(t), 1s + 600ms + 120ms);
        }
    }
}

TEST_F(ServerClock, LearnsMoreFromAnswersAtTellingMoments) {
    ask(2ms, 3ms);
    EXPECT_GT(clock_.unsure(), 900ms);
    for (int left = 16; left > 0; --left) {
        now_ = clock_.telling(now_, left);
        ask(2ms, 3ms);
    }
    EXPECT_LT(clock_.unsure(), 80ms);
}

TEST_F(ServerClock, BelievesTheLatestAnswerWhenTheServersClockWasSet) {
    ask(2ms, 3ms);
    for (const auto by : {-1h, 5h}) {
        ahead_ += by;
        now_ += 10s;
        ask(2ms, 3ms);
        const auto t = in_a_minute();
        EXPECT_GE(clock_.latest(t), truth(t));
        EXPECT_LE(clock_.latest(t), truth(t) + 1100ms);
    }
}

} // namespace
} // namespace noteload::delivery
