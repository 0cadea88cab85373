#include "noteload/delivery/traffic.hpp"

#include <gtest/gtest.h>

#include "support/printers.hpp"

namespace noteload::delivery {
namespace {

using namespace std::chrono_literals;

went_through counted(attempt a) {
    went_through met;
    count(met, a);
    return met;
}

attempt answered(int status, std::chrono::milliseconds took) {
    attempt a;
    a.taken = handed::last_record;
    a.reply.status = status;
    a.took = took;
    return a;
}

attempt broken(handed taken, trouble what) {
    attempt a;
    a.taken = taken;
    a.what = what;
    return a;
}

TEST(Traffic, IsCountedByTheStatusOfAnswers) {
    EXPECT_EQ(counted(answered(503, 1s)), (went_through{.requests = {{503, 1}}}));
    EXPECT_EQ(counted(answered(200, 1001ms)),
              (went_through{.slow_answers = 1, .requests = {{200, 1}}}));
    auto first = answered(200, 0s);
    first.connected = true;
    EXPECT_EQ(counted(first), (went_through{.connections = 1, .requests = {{200, 1}}}));
}

TEST(Traffic, TellsWhatNeverLeftFromWhatHasNoAnswer) {
    EXPECT_EQ(counted(broken(handed::nothing, trouble::no_connection)),
              (went_through{.no_connection = 1}));
    EXPECT_EQ(counted(broken(handed::last_record, trouble::timed_out)),
              (went_through{.timed_out = 1, .requests = {{0, 1}}}));
    for (const auto what : {trouble::lost, trouble::cut_short, trouble::too_long}) {
        EXPECT_EQ(counted(broken(handed::part, what)),
                  (went_through{.lost = 1, .requests = {{0, 1}}}));
    }
}

} // namespace
} // namespace noteload::delivery
