#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <chrono>
#include <vector>

#include "noteload/delivery/task.hpp"

namespace noteload::delivery {

/// What coroutines of one thread wait for when another one of them has to act first, or a moment to
/// come. Whoever is woken looks again at what it waited for: a ring says "look", nothing more.
class bell {
public:
    using clock = std::chrono::steady_clock;

    explicit bell(boost::asio::io_context& on) : on_(on) {}
    bell(const bell&) = delete;
    bell& operator=(const bell&) = delete;

    /// Wakes everyone who waits now.
    void ring() {
        for (auto* t : waiting_) {
            t->cancel();
        }
    }

    /// Until the next ring, or until `until`. The bell must outlive the waiting.
    [[nodiscard]] task<> wait(clock::time_point until = clock::time_point::max()) {
        timer mine(on_, until);
        waiting_.push_back(&mine);
        boost::system::error_code rung;
        co_await mine.async_wait(boost::asio::redirect_error(use_task, rung));
        std::erase(waiting_, &mine);
    }

private:
    using timer = boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>,
                                                    boost::asio::io_context::executor_type>;
    boost::asio::io_context& on_;
    std::vector<timer*> waiting_;
};

} // namespace noteload::delivery
