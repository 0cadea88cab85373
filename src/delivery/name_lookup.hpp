#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "noteload/delivery/task.hpp"

namespace noteload::delivery {

/// Finds a host's addresses by the system's resolver, which has no limit of time that we could set
/// and cannot be called off: `getaddrinfo` may take half a minute where a name server is silent. So
/// it runs on a thread of its own, and that is left to itself where nobody waits for it any longer.
/// (Asio's resolver would wait for it even at its end.) On the network's thread, one at a time.
class name_lookup {
public:
    using error_code = boost::system::error_code;
    using addresses = std::vector<boost::asio::ip::tcp::endpoint>;
    /// Called on the other thread.
    using resolve = std::function<addresses(const std::string& host, const std::string& port,
                                            error_code& error)>;

    explicit name_lookup(boost::asio::io_context& on, resolve by = by_system) noexcept
        : on_(on), by_(std::move(by)) {}
    name_lookup(const name_lookup&) = delete;
    name_lookup& operator=(const name_lookup&) = delete;
    ~name_lookup() { cancel(); }

    /// `operation_aborted` where it was cancelled, from here or by the coroutine's own signal.
    [[nodiscard]] task<error_code> find(std::string host, std::string port, addresses& into);
    /// Harmless when idle.
    void cancel();

private:
    struct answer;
    [[nodiscard]] static addresses by_system(const std::string& host, const std::string& port,
                                             error_code& error);

    boost::asio::io_context& on_;
    resolve by_;
    std::shared_ptr<answer> waiting_;
};

} // namespace noteload::delivery
