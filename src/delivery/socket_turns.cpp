#include "socket_turns.hpp"

#include <sys/epoll.h>
#include <boost/asio/post.hpp>

#include <array>
#include <cerrno>
#include <system_error>

namespace noteload::delivery {

namespace asio = boost::asio;

namespace {

// A look in vain costs less than to be told: that is several calls, and often another thread's
// turn.
constexpr int most_in_vain = 4;

// Where so many looked in vain, the server is behind: it gets the time for several answers, for
// each time that there are none costs us as much as a few.
constexpr std::size_t many = 10;
constexpr auto pause = std::chrono::microseconds(30);

int new_epoll() {
    const int fd = ::epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) {
        throw std::system_error(errno, std::system_category(), "epoll_create1");
    }
    return fd;
}

} // namespace

socket_turns::socket_turns(asio::io_context& on)
    : asio::execution_context::service(on), on_(on), epoll_(on, new_epoll()), pause_(on) {}

/// Whoever still waits is dropped with its coroutine, as Asio drops its own.
void socket_turns::shutdown() noexcept {
    for (auto* waiting : {&looking_, &in_vain_, &asleep_}) {
        while (!waiting->empty()) {
            auto& t = waiting->front();
            waiting->pop_front();
            t.drop_(t);
        }
    }
    boost::system::error_code ignored;
    epoll_.close(ignored);
}

/// Each of those that look has one turn. Who goes on may end others, and itself. Who is alone has
/// no others' requests to fill its time.
void socket_turns::round() {
    is_round_due_ = false;
    is_round_ = true;
    list now;
    now.swap(looking_);
    std::size_t turns = 0;
    for (; !now.empty(); ++turns) {
        auto& t = now.front();
        now.pop_front();
        t.go_on_(t);
    }
    is_round_ = false;
    const bool is_behind = in_vain_.size() >= many;
    while (!in_vain_.empty()) {
        auto& t = in_vain_.front();
        in_vain_.pop_front();
        if (turns > 1 && t.in_vain_ < most_in_vain) {
            looking_.push_back(t);
        } else {
            go_to_sleep(t);
        }
    }
    if (is_behind && !looking_.empty()) {
        is_round_due_ = true;
        pause_.expires_after(pause);
        pause_.async_wait([this](const boost::system::error_code&) { round(); });
    }
    plan();
}

/// One shot: what is awake does not interest the kernel.
void socket_turns::go_to_sleep(turn_taker& t) {
    epoll_event event{};
    event.events = EPOLLONESHOT | (t.for_what_ == turn_taker::side::read ? EPOLLIN : EPOLLOUT);
    event.data.ptr = &t;
    const int what = t.is_known_ ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (::epoll_ctl(epoll_.native_handle(), what, t.fd_, &event) == 0) {
        t.is_known_ = true;
        asleep_.push_back(t);
    } else {
        looking_.push_back(t); // it will find out what is wrong with the socket
    }
}

void socket_turns::wake_ready() {
    std::array<epoll_event, 64> events{};
    const int n = ::epoll_wait(epoll_.native_handle(), events.data(), events.size(), 0);
    for (int i = 0; i < n; ++i) {
        wake(*static_cast<turn_taker*>(events[static_cast<std::size_t>(i)].data.ptr));
    }
}

void socket_turns::wake(turn_taker& t) {
    if (t.is_linked()) {
        t.unlink();
        looking_.push_back(t);
    }
}

/// While anyone waits, and only then, the context has something to do or to wait for.
void socket_turns::plan() {
    if (!is_round_ && !looking_.empty() && !std::exchange(is_round_due_, true)) {
        asio::post(on_, [this] { round(); });
    }
    if (asleep_.empty()) {
        if (is_kernel_asked_) {
            epoll_.cancel();
        }
    } else if (!std::exchange(is_kernel_asked_, true)) {
        epoll_.async_wait(epoll_.wait_read, [this](const boost::system::error_code& error) {
            is_kernel_asked_ = false;
            if (!error) {
                wake_ready();
            }
            plan();
        });
    }
}

turn_taker::turn_taker(asio::io_context& on) : turns_(asio::use_service<socket_turns>(on)) {}

void turn_taker::begin_turn() {
    in_vain_ = 0;
    turns_.looking_.push_back(*this);
    turns_.plan();
}

void turn_taker::begin_wait(int fd, side for_what) {
    fd_ = fd;
    for_what_ = for_what;
    ++in_vain_;
    if (turns_.is_round_ && for_what == side::read) {
        turns_.in_vain_.push_back(*this);
    } else {
        turns_.go_to_sleep(*this);
        turns_.plan();
    }
}

void turn_taker::wake() {
    turns_.wake(*this);
    turns_.plan();
}

} // namespace noteload::delivery
