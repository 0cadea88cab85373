#include "noteload/sandbox/server.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "session.hpp"

namespace noteload::sandbox {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

asio::ssl::context make_tls(const identity& who) {
    asio::ssl::context tls(asio::ssl::context::tls_server);
    tls.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    // Nobody resumes a session here: tickets would only be made and sent.
    SSL_CTX_set_num_tickets(tls.native_handle(), 0);
    tls.use_certificate_chain(asio::buffer(who.certificate));
    tls.use_private_key(asio::buffer(who.key), asio::ssl::context::pem);
    return tls;
}

tcp::acceptor listen(asio::io_context& io, const settings& how) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(how.listen, error);
    if (error) {
        throw std::runtime_error(fmt::format(
            "--listen {}: not an IP address. Take 127.0.0.1, ::1 or 0.0.0.0.", how.listen));
    }
    const tcp::endpoint place(address, how.port);
    tcp::acceptor acceptor(io);
    acceptor.open(place.protocol(), error);
    if (!error) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        acceptor.bind(place, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        const std::string advice =
            error == asio::error::address_in_use
                ? "something else listens there; take another --port (0 finds a free one)."
            : error == asio::error::access_denied ? "take a --port over 1023."
                                                  : "take another --listen address or --port.";
        throw std::runtime_error(fmt::format("cannot listen on {} port {} ({}): {}", how.listen,
                                             how.port, error.message(), advice));
    }
    return acceptor;
}

} // namespace

struct server::parts {
    parts(const settings& how, front_desk& desk, store& notes, const identity& who)
        : tls(make_tls(who)),
          acceptor(listen(io, how)),
          signals(io, SIGINT, SIGTERM),
          shared(how, desk, notes, io.get_executor()) {}

    asio::awaitable<void> accept() {
        for (;;) {
            auto [error, socket] = co_await acceptor.async_accept(as_result);
            if (shared.stopping) {
                co_return;
            }
            if (error) {
                // Out of descriptors, mostly: give those in use a moment to be closed.
                asio::steady_timer timer(io, std::chrono::milliseconds(50));
                co_await timer.async_wait(as_result);
                continue;
            }
            asio::co_spawn(io, serve(std::move(socket)), asio::detached);
        }
    }

    asio::awaitable<void> serve(tcp::socket socket) {
        session one(std::move(socket), tls, shared);
        try {
            co_await one.run();
        } catch (const std::exception& e) {
            // A dump whose database broke, or no memory: this connection's end, not the sandbox's.
            fmt::print(stderr, "noteload-sandbox: a connection was given up: {}\n", e.what());
        }
    }

    asio::awaitable<void> wait_for_stop() {
        co_await signals.async_wait(as_result);
        shared.stopping = true;
        acceptor.close();
        for (asio::steady_timer* one : shared.naps) {
            one->cancel();
        }
        for (session* one : shared.open) {
            one->stop();
        }
        if (!shared.open.empty()) {
            shared.all_closed.expires_after(std::chrono::seconds(2));
            co_await shared.all_closed.async_wait(as_result);
        }
        for (session* one : shared.open) {
            one->close_now();
        }
    }

    asio::io_context io{1};
    asio::ssl::context tls;
    tcp::acceptor acceptor;
    asio::signal_set signals;
    session_context shared;
};

server::server(const settings& how, front_desk& desk, store& notes, const identity& who)
    : parts_(std::make_unique<parts>(how, desk, notes, who)) {}

server::~server() = default;

std::uint16_t server::port() const {
    return parts_->acceptor.local_endpoint().port();
}

void server::run() {
    asio::co_spawn(parts_->io, parts_->accept(), asio::detached);
    asio::co_spawn(parts_->io, parts_->wait_for_stop(), asio::detached);
    parts_->io.run();
}

} // namespace noteload::sandbox
