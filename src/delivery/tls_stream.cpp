#include "tls_stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

namespace noteload::delivery {

namespace asio = boost::asio;

/// The end of TLS that lies at the socket. It sends at once and takes what has come.
struct tls_stream::callbacks {
    static int send(BIO* bio, const char* bytes, int size) {
        auto& self = *static_cast<tls_stream*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        for (;;) {
            const auto n = ::send(self.fd_, bytes, static_cast<std::size_t>(size),
                                  MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n >= 0) {
                self.taken_ += static_cast<std::uint64_t>(n);
                return static_cast<int>(n);
            }
            if (errno == EAGAIN || errno == EWOULDBLOCK) {
                BIO_set_retry_write(bio);
                return -1;
            }
            if (errno != EINTR) {
                self.socket_error_ = errno;
                return -1;
            }
        }
    }

    static int take(BIO* bio, char* into, int size) {
        auto& self = *static_cast<tls_stream*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        for (;;) {
            const auto n = ::recv(self.fd_, into, static_cast<std::size_t>(size), MSG_DONTWAIT);
            if (n >= 0) {
                self.ended_ = n == 0;
                return static_cast<int>(n);
            }
            if (errno == EAGAIN || errno == EWOULDBLOCK) {
                BIO_set_retry_read(bio);
                return -1;
            }
            if (errno != EINTR) {
                self.socket_error_ = errno;
                return -1;
            }
        }
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
    : socket_(on), turns_(on), ssl_(SSL_new(context)) {
    auto* bio = BIO_new(callbacks::method());
    if (ssl_ == nullptr || bio == nullptr) {
        BIO_free(bio);
        throw std::bad_alloc();
    }
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_mode(ssl_.get(), SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_read_ahead(ssl_.get(), 1); // what has come, in one call
    SSL_set_connect_state(ssl_.get());
}

/// Whether there is a step to take: none for a coroutine that is to end. OpenSSL takes an old error
/// of the thread for a step's own. There is next to never one, and to ask for it costs a tenth of
/// clearing.
bool tls_stream::begin_step(error_code& error) const {
    if (turns_.was_cancelled()) {
        error = asio::error::operation_aborted;
        return false;
    }
    if (ERR_peek_error() != 0) {
        ERR_clear_error();
    }
    return true;
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
    } else if (fd_ < 0) {
        error = asio::error::operation_aborted;
    } else if (socket_error_ != 0) {
        error.assign(socket_error_, boost::system::system_category());
    } else if (ended_) {
        error = asio::ssl::error::stream_truncated;
    } else if (first != 0) {
        error.assign(static_cast<int>(first), asio::error::get_ssl_category());
    } else {
        error = asio::ssl::error::unspecified_system_error;
    }
    return next::failed;
}

tls_stream::next tls_stream::handshake(error_code& error) {
    if (!begin_step(error)) {
        return next::failed;
    }
    return step_ended(SSL_do_handshake(ssl_.get()), error);
}

tls_stream::next tls_stream::write(std::string_view bytes, error_code& error) {
    if (!begin_step(error)) {
        return next::failed;
    }
    return step_ended(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())), error);
}

tls_stream::next tls_stream::read(std::span<char> into, std::size_t& n, error_code& error) {
    if (!begin_step(error)) {
        return next::failed;
    }
    const auto size = std::min(into.size(), record);
    const auto came = SSL_read(ssl_.get(), into.data(), static_cast<int>(size));
    n = came > 0 ? static_cast<std::size_t>(came) : 0;
    return step_ended(came, error);
}

/// A request of a process that is killed must not reach the server a minute later, when nobody
/// counts on it any more: that the end is abrupt is agreed with the kernel from the beginning.
void tls_stream::take_socket(error_code& error) {
    socket_.set_option(asio::socket_base::linger(true, 0), error);
    if (!error) {
        fd_ = socket_.release(error);
    }
}

void tls_stream::close(ending how) {
    if (fd_ >= 0) {
        if (how == ending::orderly) {
            const linger off{};
            ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &off, sizeof off);
        }
        ::close(std::exchange(fd_, -1));
    }
    error_code ignored;
    socket_.close(ignored);
    turns_.wake();
}

bool tls_stream::has_unread() const {
    return SSL_has_pending(ssl_.get()) != 0;
}

} // namespace noteload::delivery
