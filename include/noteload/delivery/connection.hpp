#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "noteload/delivery/channel.hpp"
#include "noteload/delivery/endpoint.hpp"
#include "noteload/error.hpp"

namespace noteload::delivery {

/// What all connections trust: the system's authorities and those of `ca_file`, TLS 1.2 at least.
/// Nothing turns the checks off.
class tls_trust {
public:
    /// `ca_file` may be empty. `errc::usage` where it cannot be read.
    [[nodiscard]] static result<tls_trust> make(const std::string& ca_file);

    tls_trust(tls_trust&&) noexcept;
    tls_trust& operator=(tls_trust&&) noexcept;
    ~tls_trust();

private:
    friend class connection;
    struct impl;
    explicit tls_trust(std::unique_ptr<impl> made);
    std::unique_ptr<impl> impl_;
};

/// One keep-alive connection to the server: made when it is first needed, and again after whatever
/// broke it. Exchanges follow one another. `trust` must outlive it.
class connection final : public channel {
public:
    connection(boost::asio::io_context& on, const endpoint& to, const tls_trust& trust,
               std::chrono::milliseconds timeout);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection() override;

    /// Connecting and handshaking have `timeout`, and the exchange has it again.
    [[nodiscard]] task<> exchange(std::string_view request, attempt& into) override;
    void cut(std::string_view words) override;

    /// An answer may not be longer; bytes of its body.
    static constexpr std::size_t longest_answer = 1 << 20;

private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

} // namespace noteload::delivery
