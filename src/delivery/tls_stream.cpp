#include "tls_stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

namespace noteload::delivery {

namespace asio = boost::asio;

/// The end of TLS that lies at the socket. It sends at once and reads what has come.
struct tls_stream::callbacks {
    static int send(BIO* bio, const char* bytes, int size) {
        auto& self = *static_cast<tls_stream*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        for (;;) {
            const auto n = ::send(self.socket_.native_handle(), bytes,
                                  static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n >= 0) {
                self.taken_ += static_cast<std::uint64_t>(n);
                return static_cast<int>(n);
            }
            if (errno == EAGAIN || errno == EWOULDBLOCK) {
                BIO_set_retry_write(bio);
                return -1;
            }
            if (errno != EINTR) {
                self.send_error_ = errno;
                return -1;
            }
        }
    }

    static int take(BIO* bio, char* into, int size) {
        auto& self = *static_cast<tls_stream*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        const auto n = std::min(static_cast<std::size_t>(size), self.end_ - self.begin_);
        if (n == 0) {
            BIO_set_retry_read(bio);
            return -1;
        }
        std::memcpy(into, self.came_.data() + self.begin_, n);
        self.begin_ += n;
        return static_cast<int>(n);
    }

    /// Nothing is held back, so there is nothing to flush.
    static long control(BIO*, int command, long, void*) {
        return command == BIO_CTRL_FLUSH ? 1 : 0;
    }

    static BIO_METHOD* method() {
        static BIO_METHOD* const the_method = [] {
            auto* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "noteload socket");
            BIO_meth_set_write(m, &send);
            BIO_meth_set_read(m, &take);
            BIO_meth_set_ctrl(m, &control);
            return m;
        }();
        return the_method;
    }
};

tls_stream::tls_stream(asio::io_context& on, SSL_CTX* context)
    : socket_(on), ssl_(SSL_new(context)), came_(record + 1024) {
    auto* bio = BIO_new(callbacks::method());
    if (ssl_ == nullptr || bio == nullptr) {
        BIO_free(bio);
        throw std::bad_alloc();
    }
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_mode(ssl_.get(), SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_connect_state(ssl_.get());
    ERR_clear_error(); // from here on each failed step clears its own
}

tls_stream::next tls_stream::step_ended(int result, error_code& error) {
    if (result > 0) {
        return next::done;
    }
    const auto why = SSL_get_error(ssl_.get(), result);
    if (why == SSL_ERROR_WANT_READ) {
        return next::read;
    }
    if (why == SSL_ERROR_WANT_WRITE) {
        return next::write;
    }
    const auto first = ERR_peek_error();
    ERR_clear_error();
    if (why == SSL_ERROR_ZERO_RETURN) {
        error = asio::error::eof;
    } else if (send_error_ != 0) {
        error.assign(send_error_, boost::system::system_category());
    } else if (first != 0) {
        error.assign(static_cast<int>(first), asio::error::get_ssl_category());
    } else {
        error = asio::ssl::error::unspecified_system_error;
    }
    return next::failed;
}

tls_stream::next tls_stream::handshake(error_code& error) {
    return step_ended(SSL_do_handshake(ssl_.get()), error);
}

tls_stream::next tls_stream::write(std::string_view bytes, error_code& error) {
    return step_ended(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())), error);
}

tls_stream::next tls_stream::read(std::span<char> into, std::size_t& n, error_code& error) {
    const auto size = std::min(into.size(), record);
    const auto came = SSL_read(ssl_.get(), into.data(), static_cast<int>(size));
    n = came > 0 ? static_cast<std::size_t>(came) : 0;
    return step_ended(came, error);
}

task<tls_stream::error_code> tls_stream::wait(next for_what) {
    error_code error;
    if (for_what == next::write) {
        co_await socket_.async_wait(socket_type::wait_write, asio::redirect_error(use_task, error));
        co_return error;
    }
    const auto came = co_await receive();
    co_return received(came);
}

tls_stream::error_code tls_stream::received(std::tuple<error_code, std::size_t> came) {
    auto [error, n] = came;
    begin_ = 0; // TLS wanted more, so it had taken all
    end_ = n;
    if (error == asio::error::eof) {
        error = asio::ssl::error::stream_truncated;
    }
    return error;
}

bool tls_stream::has_unread() const {
    return begin_ != end_ || SSL_pending(ssl_.get()) > 0;
}

} // namespace noteload::delivery
