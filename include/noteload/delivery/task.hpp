#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace noteload::delivery {

/// A coroutine on the network's thread. The executor's type is spelled out: the type-erased one
/// costs an allocation and a virtual call at every step.
template <class T = void>
using task = boost::asio::awaitable<T, boost::asio::io_context::executor_type>;

inline constexpr boost::asio::use_awaitable_t<boost::asio::io_context::executor_type> use_task;

} // namespace noteload::delivery
