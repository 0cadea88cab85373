#include "noteload/run/bounded_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace noteload::run {
namespace {

using queue = bounded_queue<std::unique_ptr<int>>;
using taken = queue::taken;

class BoundedQueue : public ::testing::Test {
protected:
    bool push(int n, std::size_t weight) {
        auto item = std::make_unique<int>(n);
        const bool went = queue_.push(item, weight);
        EXPECT_EQ(item == nullptr, went) << "an item that did not go is still the caller's";
        return went;
    }
    int pop() {
        std::unique_ptr<int> item;
        return queue_.try_pop(item) == taken::item ? *item : -1;
    }
    taken look() {
        std::unique_ptr<int> item;
        return queue_.try_pop(item);
    }

    std::atomic<int> rings_ = 0;
    queue queue_{10, [this] { ++rings_; }};
};

TEST_F(BoundedQueue, GivesOutInOrder) {
    EXPECT_EQ(look(), taken::nothing_yet);
    for (int n = 1; n <= 3; ++n) {
        EXPECT_TRUE(push(n, 3));
    }
    EXPECT_EQ(rings_, 3);
    for (int n = 1; n <= 3; ++n) {
        EXPECT_EQ(pop(), n);
    }
    EXPECT_EQ(look(), taken::nothing_yet);
}

TEST_F(BoundedQueue, FinishDeliversEverythingAndThenEnds) {
    push(1, 3);
    push(2, 3);
    queue_.finish();
    EXPECT_EQ(rings_, 3);
    EXPECT_EQ(pop(), 1);
    EXPECT_EQ(pop(), 2);
    EXPECT_EQ(look(), taken::finished);
    EXPECT_EQ(look(), taken::finished);
}

TEST_F(BoundedQueue, CancelStopsTheProducerAndKeepsWhatIsQueued) {
    push(1, 3);
    queue_.cancel();
    EXPECT_FALSE(push(2, 1));
    EXPECT_EQ(pop(), 1);
    EXPECT_EQ(look(), taken::nothing_yet) << "the producer has not said that it is done";
    queue_.finish();
    EXPECT_EQ(look(), taken::finished);
}

TEST_F(BoundedQueue, WaitsForRoom) {
    push(1, 6);
    std::promise<void> begun;
    auto second = std::async(std::launch::async, [&] {
        begun.set_value();
        return push(2, 5);
    });
    begun.get_future().wait();
    EXPECT_EQ(rings_, 1);
    EXPECT_EQ(pop(), 1);
    EXPECT_TRUE(second.get());
    EXPECT_EQ(pop(), 2);
}

TEST_F(BoundedQueue, TakesAnItemHeavierThanItsLimitAlone) {
    EXPECT_TRUE(push(1, 1000));
    auto second = std::async(std::launch::async, [&] { return push(2, 1); });
    EXPECT_EQ(pop(), 1);
    EXPECT_TRUE(second.get());
    auto third = std::async(std::launch::async, [&] { return push(3, 1000); });
    EXPECT_EQ(pop(), 2);
    EXPECT_TRUE(third.get());
}

TEST_F(BoundedQueue, CancelWakesAWaitingProducer) {
    push(1, 10);
    auto waiting = std::async(std::launch::async, [&] { return push(2, 10); });
    queue_.cancel();
    EXPECT_FALSE(waiting.get());
    EXPECT_EQ(pop(), 1);
}

TEST(BoundedQueueOfThreads, LosesNothingWhereverItIsCancelled) {
    for (std::uint32_t seed = 1; seed <= 50; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        const int count = 2000;
        const int cancel_at = static_cast<int>(random() % 2400); // beyond the end: never
        queue q(50, [] {});
        int went = 0;
        std::thread producer([&, weights = std::mt19937(seed)]() mutable {
            for (int n = 0; n < count; ++n) {
                auto item = std::make_unique<int>(n);
                if (!q.push(item, weights() % 60)) {
                    break;
                }
                ++went;
            }
            q.finish();
        });
        int got = 0;
        for (;;) {
            std::unique_ptr<int> item;
            const auto what = q.try_pop(item);
            if (what == taken::finished) {
                break;
            }
            if (what == taken::nothing_yet) {
                std::this_thread::yield();
                continue;
            }
            ASSERT_EQ(*item, got);
            if (++got == cancel_at) {
                q.cancel();
            }
        }
        producer.join();
        EXPECT_EQ(got, went);
        if (cancel_at == 0 || cancel_at > count) {
            EXPECT_EQ(got, count);
        }
    }
}

} // namespace
} // namespace noteload::run
