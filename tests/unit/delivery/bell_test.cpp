#include "noteload/delivery/bell.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "support/run_task.hpp"

namespace noteload::delivery {
namespace {

class Bell : public ::testing::Test {
protected:
    void wait_for_it(bell::clock::time_point until = bell::clock::time_point::max()) {
        boost::asio::co_spawn(on_, waiting(until), test::rethrow);
    }
    task<> waiting(bell::clock::time_point until) {
        co_await bell_.wait(until);
        ++woken_;
    }
    task<> waiting_again(int times) {
        for (int i = 0; i < times; ++i) {
            co_await waiting(bell::clock::time_point::max());
        }
    }
    void run_what_is_ready() {
        on_.restart();
        on_.poll();
    }

    boost::asio::io_context on_{1};
    bell bell_{on_};
    int woken_ = 0;
};

TEST_F(Bell, WakesEveryoneWhoWaits) {
    for (int i = 0; i < 5; ++i) {
        wait_for_it();
    }
    run_what_is_ready();
    EXPECT_EQ(woken_, 0);
    bell_.ring();
    run_what_is_ready();
    EXPECT_EQ(woken_, 5);
}

TEST_F(Bell, IsNotHeardByThoseWhoComeLater) {
    bell_.ring();
    wait_for_it();
    run_what_is_ready();
    EXPECT_EQ(woken_, 0);
    bell_.ring();
    bell_.ring();
    run_what_is_ready();
    EXPECT_EQ(woken_, 1);
}

TEST_F(Bell, WakesWithoutARingWhenTheTimeHasCome) {
    wait_for_it(bell::clock::now() - std::chrono::seconds(1));
    run_what_is_ready();
    EXPECT_EQ(woken_, 1);
    bell_.ring();
    run_what_is_ready();
    EXPECT_EQ(woken_, 1);
}

TEST_F(Bell, MayBeRungWhileThoseWokenWaitAgain) {
    boost::asio::co_spawn(on_, waiting_again(3), test::rethrow);
    run_what_is_ready();
    for (int i = 1; i <= 3; ++i) {
        bell_.ring();
        run_what_is_ready();
        EXPECT_EQ(woken_, i);
    }
}

} // namespace
} // namespace noteload::delivery
