#include "noteload/delivery/idle_watch.hpp"

#include <gtest/gtest.h>

namespace noteload::delivery {
namespace {

using namespace std::chrono_literals;

idle_watch after_open_looks(int n) {
    idle_watch w;
    for (; n > 0; --n) {
        EXPECT_TRUE(w.must_look(0ms)) << n;
        w.found_open();
    }
    return w;
}

TEST(IdleWatch, LooksEachTimeAtFirst) {
    EXPECT_FALSE(after_open_looks(16).must_look(0ms));
}

TEST(IdleWatch, LooksAtWhatHasBeenIdleForLong) {
    const auto w = after_open_looks(16);
    EXPECT_FALSE(w.must_look(999us));
    EXPECT_TRUE(w.must_look(1ms));
    EXPECT_TRUE(w.must_look(1h));
}

TEST(IdleWatch, AlwaysLooksOnceAServerClosedRightBehindAnAnswer) {
    auto w = after_open_looks(16);
    w.found_closed(10us);
    for (int i = 0; i < 1000; ++i) {
        w.found_open();
    }
    EXPECT_TRUE(w.must_look(0ms));
}

TEST(IdleWatch, IsNotTroubledByAServerThatClosesWhatIsIdle) {
    auto w = after_open_looks(16);
    w.found_closed(1min);
    EXPECT_FALSE(w.must_look(0ms));
}

} // namespace
} // namespace noteload::delivery
