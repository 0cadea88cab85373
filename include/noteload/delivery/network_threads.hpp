#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <vector>

#include "noteload/delivery/server.hpp"

namespace noteload::delivery {

/// More threads for the network, each with an `io_context` of its own and its share of a pool's
/// channels: TLS and the kernel's part of an exchange are done there, which is most of a row's
/// work. The gate, doubts and the log stay on the pool's own thread, which takes its share of the
/// channels, too: rules need no locks.
class network_threads {
public:
    /// `count` threads, the caller's own among them; 1: no others.
    explicit network_threads(int count);
    network_threads(const network_threads&) = delete;
    network_threads& operator=(const network_threads&) = delete;
    /// All channels must be gone. Waits for the threads.
    ~network_threads();

    /// A channel on one of them, by turns; `home` is the caller's. Its exchanges are awaited there.
    [[nodiscard]] std::unique_ptr<channel> open(boost::asio::io_context& home, const server& s);

private:
    struct thread;

    std::vector<std::unique_ptr<thread>> others_;
    std::size_t next_ = 0; // whose turn it is; others_.size(): the caller's own
};

} // namespace noteload::delivery
