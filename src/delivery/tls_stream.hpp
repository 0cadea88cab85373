#pragma once

#include <openssl/ssl.h>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "socket_turns.hpp"

namespace noteload::delivery {

/// TLS over a socket, by OpenSSL itself. `asio::ssl::stream` would copy each byte twice more and
/// swallow what is needed here: how many bytes the kernel took. Only down here can one tell a
/// request whose last TLS record never left from one that may have been acted on.
///
/// The steps do not wait: where one cannot go on it says for what, and is called again with the
/// same arguments after `ready`. On the network's thread; the context must outlive it.
class tls_stream {
public:
    using socket_type = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                         boost::asio::io_context::executor_type>;
    using error_code = boost::system::error_code;

    /// What a step came to.
    enum class next : std::uint8_t { done, read, write, failed };

    /// The most that one TLS record carries.
    static constexpr std::size_t record = 16 * 1024;

    tls_stream(boost::asio::io_context& on, SSL_CTX* context);
    tls_stream(const tls_stream&) = delete;
    tls_stream& operator=(const tls_stream&) = delete;
    ~tls_stream() { close(); }

    /// To connect it.
    [[nodiscard]] socket_type& socket() noexcept { return socket_; }
    /// It is connected: from now on the socket is kept here, and Asio hears no more of it.
    void take_socket(error_code& error);
    /// -1 before, and once closed.
    [[nodiscard]] int descriptor() const noexcept { return fd_; }
    /// What is waited for ends: the next step fails. Abruptly: what the other side has not got by
    /// now it never gets, while the kernel of an orderly end goes on for minutes to bring it.
    enum class ending : bool { abrupt, orderly };
    void close(ending how = ending::abrupt);
    [[nodiscard]] SSL* handle() noexcept { return ssl_.get(); }

    /// As the client. `error` is set where it failed.
    [[nodiscard]] next handshake(error_code& error);
    /// At most `record` bytes: once done, the kernel has all of them.
    [[nodiscard]] next write(std::string_view bytes, error_code& error);
    /// At least one byte, once done. `asio::error::eof`: the other side ended it in TLS's way;
    /// `stream_truncated`: in another.
    [[nodiscard]] next read(std::span<char> into, std::size_t& n, error_code& error);

    /// Until a step that said `read` or `write` may be called again: to be awaited.
    [[nodiscard]] auto ready(next for_what) {
        return turns_.ready(
            fd_, for_what == next::write ? turn_taker::side::write : turn_taker::side::read);
    }
    /// Until the streams of this thread that wait have had their turn: to be awaited before an
    /// answer is looked for, which has mostly come then.
    [[nodiscard]] auto others_first() { return turns_.turn(); }

    /// Bytes that the kernel took so far, TLS's own among them.
    [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
    /// Whether bytes have come that nobody has read.
    [[nodiscard]] bool has_unread() const;

private:
    struct callbacks; // OpenSSL's
    struct deleter {
        void operator()(SSL* s) const { SSL_free(s); }
    };

    [[nodiscard]] bool begin_step(error_code& error) const;
    next step_ended(int result, error_code& error);

    socket_type socket_;
    int fd_ = -1;
    turn_taker turns_;
    std::unique_ptr<SSL, deleter> ssl_;
    std::uint64_t taken_ = 0;
    int socket_error_ = 0; ///< errno
    bool ended_ = false;   ///< the other side sends no more
};

} // namespace noteload::delivery
