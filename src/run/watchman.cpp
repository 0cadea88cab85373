#include "noteload/run/watchman.hpp"

#include "noteload/run/early_signals.hpp"

#include <csignal>

namespace noteload::run {

using boost::system::error_code;

namespace {

constexpr auto look_every = std::chrono::milliseconds(200);

} // namespace

watchman::watchman(boost::asio::io_context& on, hooks call)
    : call_(std::move(call)), signals_(on), look_(on), grace_(on) {}

void watchman::start() {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    early_signals::let_in(); // what came since nobody else listened
    arm_signals();
    arm_look();
}

void watchman::arm_signals() {
    if (ended_) {
        return; // by the hook
    }
    signals_.async_wait([this](const error_code& error, int) {
        if (!error && !ended_) {
            call_.signal();
            arm_signals();
        }
    });
}

void watchman::arm_look() {
    if (ended_) {
        return;
    }
    look_.expires_after(look_every);
    look_.async_wait([this](const error_code& error) {
        if (!error && !ended_) {
            call_.look();
            arm_look();
        }
    });
}

void watchman::begin_grace(std::chrono::milliseconds grace) {
    grace_.expires_after(grace);
    grace_.async_wait([this](const error_code& error) {
        if (!error && !ended_) {
            call_.grace_over();
        }
    });
}

/// What has come already is not taken back by `cancel`: it finds `ended_`.
void watchman::end() {
    ended_ = true;
    error_code ignored;
    signals_.cancel(ignored);
    look_.cancel();
    grace_.cancel();
}

} // namespace noteload::run
