#include "noteload/run/watchman.hpp"

#include <gmock/gmock.h>
#include <boost/asio/post.hpp>

#include <csignal>
#include <thread>

namespace noteload::run {
namespace {

using std::chrono::steady_clock;

class WatchmanAfter : public ::testing::TestWithParam<int> {
protected:
    /// Runs `what` when so many turns of the thread have passed.
    void after_turns(int turns, std::function<void()> what) {
        boost::asio::post(on_, [this, turns, what = std::move(what)] {
            turns == 0 ? what() : after_turns(turns - 1, what);
        });
    }

    boost::asio::io_context on_{1};
};

/// What the watchman waits for has come, and its turn is before `end`, or behind it.
TEST_P(WatchmanAfter, SoManyTurnsLetsTheThreadGo) {
    bool ended = false;
    int too_late = 0;
    const auto count = [&] { too_late += ended ? 1 : 0; };
    watchman watch(on_, {.signal = count, .look = count, .grace_over = count});
    watch.start();
    watch.begin_grace(std::chrono::milliseconds(0));
    boost::asio::post(on_, [&] {
        std::raise(SIGTERM);
        for (const auto due = steady_clock::now() + std::chrono::milliseconds(220);
             steady_clock::now() < due;) {
            std::this_thread::yield();
        }
        after_turns(GetParam(), [&] {
            watch.end();
            ended = true;
        });
    });
    on_.run_for(std::chrono::seconds(5));
    EXPECT_TRUE(on_.stopped()) << "it waits for what nobody wants any more";
    EXPECT_EQ(too_late, 0);
}

INSTANTIATE_TEST_SUITE_P(Turns, WatchmanAfter, ::testing::Range(0, 5));

} // namespace
} // namespace noteload::run
