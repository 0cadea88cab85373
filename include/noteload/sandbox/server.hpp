#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "noteload/sandbox/authority.hpp"
#include "noteload/sandbox/front_desk.hpp"
#include "noteload/sandbox/settings.hpp"
#include "noteload/sandbox/store.hpp"

namespace noteload::sandbox {

/// Sockets around a `front_desk`: HTTPS, one thread.
class server {
public:
    /// Listens when it returns. Throws `std::runtime_error` saying what to do when it cannot. All
    /// references must outlive the server.
    server(const settings& how, front_desk& desk, store& notes, const identity& who);
    server(const server&) = delete;
    server& operator=(const server&) = delete;
    ~server();

    [[nodiscard]] std::uint16_t port() const;

    /// Serves until SIGINT or SIGTERM: then requests that were read are answered, for two seconds
    /// at most, and everything is closed.
    void run();

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

} // namespace noteload::sandbox
