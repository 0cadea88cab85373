#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>

#include "noteload/delivery/task.hpp"

namespace noteload::test {

// Longer than any test takes; a test that hangs ends here and says so.
inline constexpr auto patience = std::chrono::seconds(30);

inline void rethrow(const std::exception_ptr& e) {
    if (e) {
        std::rethrow_exception(e);
    }
}

/// Runs one coroutine to its end and returns what it returned.
template <class T>
T run_task(boost::asio::io_context& on, delivery::task<T> what) {
    std::optional<T> value;
    boost::asio::co_spawn(on, std::move(what), [&](const std::exception_ptr& e, T got) {
        rethrow(e);
        value.emplace(std::move(got));
    });
    on.restart();
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!value && on.run_one_until(until) > 0) {
    }
    if (!value) {
        throw std::runtime_error("the coroutine did not come to its end");
    }
    return std::move(*value);
}

inline void run_task(boost::asio::io_context& on, delivery::task<> what) {
    bool done = false;
    boost::asio::co_spawn(on, std::move(what), [&](const std::exception_ptr& e) {
        rethrow(e);
        done = true;
    });
    on.restart();
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!done && on.run_one_until(until) > 0) {
    }
    if (!done) {
        throw std::runtime_error("the coroutine did not come to its end");
    }
}

} // namespace noteload::test
