#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <vector>

#include "noteload/delivery/task.hpp"
#include "noteload/delivery/timer.hpp"

namespace noteload::delivery {

/// What coroutines of one thread wait for when another one of them has to act first, or a moment to
/// come. Whoever is woken looks again at what it waited for: a ring says "look", nothing more.
class bell {
public:
    using clock = steady_clock;

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
    boost::asio::io_context& on_;
    std::vector<timer*> waiting_;
};

} // namespace noteload::delivery
