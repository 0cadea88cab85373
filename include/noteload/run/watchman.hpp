#pragma once

#include <boost/asio/basic_signal_set.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

namespace noteload::run {

/// What goes on beside a pool on the network's thread: signals, a look at the progress now and
/// then, and the grace period. It keeps the thread going until `end`.
class watchman {
public:
    struct hooks {
        std::function<void()> signal;     ///< SIGINT or SIGTERM, each time
        std::function<void()> look;       ///< every 200 ms
        std::function<void()> grace_over; ///< once, after `begin_grace`
    };

    watchman(boost::asio::io_context& on, hooks call);
    watchman(const watchman&) = delete;
    watchman& operator=(const watchman&) = delete;

    void start();
    void begin_grace(std::chrono::milliseconds grace);
    /// Lets the thread go; no hook is called afterwards.
    void end();

private:
    using executor = boost::asio::io_context::executor_type;
    using clock = std::chrono::steady_clock;
    using timer =
        boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, executor>;

    void arm_signals();
    void arm_look();

    hooks call_;
    bool ended_ = false;
    boost::asio::basic_signal_set<executor> signals_;
    timer look_;
    timer grace_;
};

} // namespace noteload::run
