#include "noteload/run/early_signals.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>

namespace noteload::run {
namespace {

bool is_thrown(const stop_switch& s) {
    pollfd looked{.fd = s.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&looked, 1, 0) == 1;
}

void (*handler_of(int signal))(int) {
    struct sigaction is {};
    ::sigaction(signal, nullptr, &is);
    return is.sa_handler;
}

TEST(EarlySignals, ThrowTheSwitchAndAreKnown) {
    for (const int signal : {SIGINT, SIGTERM}) {
        const stop_switch stop;
        const early_signals early(stop);
        EXPECT_FALSE(early_signals::came());
        EXPECT_FALSE(is_thrown(stop));
        std::raise(signal);
        EXPECT_TRUE(early_signals::came());
        EXPECT_TRUE(is_thrown(stop));
        EXPECT_EQ(handler_of(signal), SIG_DFL) << "a second one ends the process";
        early.listen();
        EXPECT_EQ(handler_of(signal), SIG_DFL);
    }
}

TEST(EarlySignals, ListenAgainBehindOthers) {
    const stop_switch stop;
    const early_signals early(stop);
    std::signal(SIGINT, SIG_DFL); // as Asio leaves it
    early.listen();
    std::raise(SIGINT);
    EXPECT_TRUE(early_signals::came());
}

TEST(EarlySignals, WaitWhileTheyAreHeld) {
    const stop_switch stop;
    const early_signals early(stop);
    early_signals::hold();
    std::raise(SIGTERM);
    EXPECT_FALSE(early_signals::came());
    early_signals::let_in();
    EXPECT_TRUE(early_signals::came());
}

TEST(EarlySignals, LeaveAllAsItWas) {
    std::signal(SIGINT, SIG_IGN);
    {
        const stop_switch stop;
        const early_signals early(stop);
        EXPECT_EQ(handler_of(SIGINT), SIG_IGN) << "a background job's is not taken up";
    }
    EXPECT_EQ(handler_of(SIGINT), SIG_IGN);
    EXPECT_EQ(handler_of(SIGTERM), SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
}

} // namespace
} // namespace noteload::run
