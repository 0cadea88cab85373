#include "../../../src/delivery/socket_turns.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "noteload/delivery/task.hpp"

namespace noteload::delivery {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Two ends of a connection, none of which waits.
class socket_pair {
public:
    socket_pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_), 0); }
    socket_pair(const socket_pair&) = delete;
    socket_pair& operator=(const socket_pair&) = delete;
    ~socket_pair() {
        close_near();
        ::close(ends_[1]);
    }
    [[nodiscard]] int near() const { return ends_[0]; }
    void close_near() { ::close(std::exchange(ends_[0], -1)); }
    [[nodiscard]] bool take() const {
        char byte = 0;
        return ::recv(ends_[0], &byte, 1, 0) == 1;
    }
    void give() const { EXPECT_EQ(::send(ends_[1], "x", 1, 0), 1); }
    void fill() const {
        const std::string much(100'000, 'x');
        while (::send(ends_[0], much.data(), much.size(), 0) > 0) {
        }
    }
    void empty() const {
        std::string some(100'000, ' ');
        while (::recv(ends_[1], some.data(), some.size(), 0) > 0) {
        }
    }

private:
    int ends_[2] = {-1, -1};
};

class SocketTurns : public ::testing::Test {
public:
    struct waiting {
        explicit waiting(asio::io_context& on) : turns(on) {}
        socket_pair sockets;
        turn_taker turns;
    };

    waiting& add() {
        all_.push_back(std::make_unique<waiting>(*on_));
        return *all_.back();
    }
    /// Waits until it has a byte, and tells `name`.
    task<> take(waiting& w, int name) {
        co_await w.turns.turn();
        while (!w.sockets.take()) {
            co_await w.turns.ready(w.sockets.near(), turn_taker::side::read);
        }
        told_.push_back(name);
    }
    void spawn(task<> t) { asio::co_spawn(*on_, std::move(t), asio::detached); }
    /// Until nobody has anything to do but to wait for the kernel.
    void settle() {
        while (on_->poll_one() > 0) {
        }
    }

    std::unique_ptr<asio::io_context> on_ = std::make_unique<asio::io_context>(1);
    std::vector<std::unique_ptr<waiting>> all_;
    std::vector<int> told_;
};

TEST_F(SocketTurns, AreInTheOrderOfTheirBeginning) {
    for (int i = 0; i < 3; ++i) {
        spawn([](SocketTurns& t, turn_taker& turns, int name) -> task<> {
            for (int round = 0; round < 2; ++round) {
                co_await turns.turn();
                t.told_.push_back(name);
            }
        }(*this, add().turns, i));
    }
    on_->run();
    EXPECT_THAT(told_, ElementsAre(0, 1, 2, 0, 1, 2));
}

TEST_F(SocketTurns, ComeWhereThereIsSomethingToRead) {
    for (int i = 0; i < 100; ++i) {
        spawn(take(add(), i));
    }
    settle();
    EXPECT_THAT(told_, IsEmpty());
    for (int i = 99; i >= 0; i -= 3) {
        all_[static_cast<std::size_t>(i)]->sockets.give();
        while (told_.empty() || told_.back() != i) {
            ASSERT_GT(on_->run_one(), 0u);
        }
    }
    for (int i = 0; i < 100; ++i) {
        all_[static_cast<std::size_t>(i)]->sockets.give();
    }
    on_->run();
    std::sort(told_.begin(), told_.end());
    std::vector<int> all(100);
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(told_, all);
}

TEST_F(SocketTurns, ComeAgainForWhatComesInParts) {
    auto& w = add();
    spawn([](SocketTurns& t, waiting& of) -> task<> {
        for (int i = 0; i < 50; ++i) {
            co_await t.take(of, i);
        }
    }(*this, w));
    for (std::size_t i = 0; i < 50; ++i) {
        settle();
        EXPECT_EQ(told_.size(), i);
        w.sockets.give();
        while (told_.size() == i) {
            ASSERT_GT(on_->run_one(), 0u);
        }
    }
    on_->run();
}

TEST_F(SocketTurns, ComeWhereThereIsRoomToWrite) {
    auto& w = add();
    w.sockets.fill();
    spawn([](SocketTurns& t, waiting& of) -> task<> {
        co_await of.turns.ready(of.sockets.near(), turn_taker::side::write);
        t.told_.push_back(1);
    }(*this, w));
    settle();
    EXPECT_THAT(told_, IsEmpty());
    w.sockets.empty();
    on_->run();
    EXPECT_THAT(told_, ElementsAre(1));
}

TEST_F(SocketTurns, ComeToWhoseSocketIsClosed) {
    auto& w = add();
    spawn([](SocketTurns& t, waiting& of) -> task<> {
        co_await of.turns.ready(of.sockets.near(), turn_taker::side::read);
        t.told_.push_back(of.sockets.near());
    }(*this, w));
    settle();
    w.sockets.close_near();
    w.turns.wake();
    on_->run(); // and there is nothing left to wait for
    EXPECT_THAT(told_, ElementsAre(-1));
}

TEST_F(SocketTurns, ComeAtOnceToWhomTheKernelCannotTellAnything) {
    spawn([](SocketTurns& t, turn_taker& turns) -> task<> {
        co_await turns.ready(-1, turn_taker::side::read);
        t.told_.push_back(1);
    }(*this, add().turns));
    on_->run();
    EXPECT_THAT(told_, ElementsAre(1));
}

TEST_F(SocketTurns, MayEndAnotherThatWaits) {
    auto& first = add();
    auto& second = add();
    spawn([](SocketTurns& t, waiting& of, waiting& other) -> task<> {
        co_await t.take(of, 1);
        other.sockets.close_near();
        other.turns.wake();
    }(*this, first, second));
    spawn([](SocketTurns& t, waiting& of) -> task<> {
        while (of.sockets.near() >= 0) {
            co_await of.turns.ready(of.sockets.near(), turn_taker::side::read);
        }
        t.told_.push_back(2);
    }(*this, second));
    settle();
    first.sockets.give();
    on_->run();
    EXPECT_THAT(told_, ElementsAre(1, 2));
}

TEST_F(SocketTurns, ComeToWhoIsToEnd) {
    auto& w = add();
    asio::cancellation_signal give_up;
    bool was_cancelled = false;
    asio::co_spawn(
        *on_,
        [](waiting& of, bool& cancelled) -> task<> {
            co_await of.turns.ready(of.sockets.near(), turn_taker::side::read);
            cancelled = of.turns.was_cancelled();
        }(w, was_cancelled),
        asio::bind_cancellation_slot(give_up.slot(), asio::detached));
    settle();
    EXPECT_FALSE(was_cancelled);
    give_up.emit(asio::cancellation_type::terminal);
    on_->run();
    EXPECT_TRUE(was_cancelled);
}

TEST_F(SocketTurns, DropWhoWaitsWithTheirContext) {
    const auto kept = std::make_shared<int>();
    for (int i = 0; i < 3; ++i) {
        spawn([](std::shared_ptr<int>, SocketTurns& t, waiting& of) -> task<> {
            co_await t.take(of, 0);
        }(kept, *this, add()));
    }
    settle();
    EXPECT_GT(kept.use_count(), 1);
    on_.reset();
    EXPECT_EQ(kept.use_count(), 1);
    EXPECT_THAT(told_, IsEmpty());
}

} // namespace
} // namespace noteload::delivery
