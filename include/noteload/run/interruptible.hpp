#pragma once

#include <boost/asio/basic_signal_set.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <exception>
#include <optional>

#include "noteload/delivery/task.hpp"

namespace noteload::run {

/// Runs the coroutine that `make` returns for an `io_context`, to its end and on this thread.
/// Nothing: SIGINT or SIGTERM came first, and the coroutine was given up.
template <class Make>
[[nodiscard]] auto unless_interrupted(Make make) {
    namespace asio = boost::asio;
    using executor = asio::io_context::executor_type;
    asio::io_context on(1);
    auto what = make(on);
    using value = typename decltype(what)::value_type;
    std::optional<value> got;
    bool interrupted = false;
    asio::cancellation_signal give_up;
    asio::basic_signal_set<executor> signals(on, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (!error) {
            interrupted = true;
            give_up.emit(asio::cancellation_type::terminal);
        }
    });
    const auto done = [&](const std::exception_ptr& e, value v) {
        if (e && !interrupted) {
            std::rethrow_exception(e);
        }
        if (!interrupted) {
            got = std::move(v);
        }
        boost::system::error_code ignored;
        signals.cancel(ignored);
    };
    asio::co_spawn(on, std::move(what), asio::bind_cancellation_slot(give_up.slot(), done));
    on.run();
    return got;
}

} // namespace noteload::run
