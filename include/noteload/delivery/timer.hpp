#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>

#include "noteload/clock.hpp"

namespace noteload::delivery {

/// A timer on the network's thread, by our clock.
using timer = boost::asio::basic_waitable_timer<steady_clock, steady_clock::waits,
                                                boost::asio::io_context::executor_type>;

} // namespace noteload::delivery
