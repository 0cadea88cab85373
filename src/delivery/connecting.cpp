#include "connection_impl.hpp"

#include <fmt/format.h>
#include <boost/asio/redirect_error.hpp>

#include <algorithm>

namespace noteload::delivery {

namespace asio = boost::asio;

using boost::system::error_code;

namespace {

bool is_address(const std::string& host) {
    error_code error;
    asio::ip::make_address(host, error);
    return !error;
}

} // namespace

/// Each address has its share of what is left of the time: one that never answers (as with IPv6
/// that leads nowhere) must not cost the others theirs.
task<error_code> connection::impl::connect_to_one_of(const name_lookup::addresses& found) {
    const auto end = deadline_;
    auto& socket = stream_->socket();
    error_code error = asio::error::host_not_found;
    auto left = static_cast<int>(found.size());
    for (const auto& address : found) {
        const auto now = clock::now();
        deadline_ = now + std::max(end - now, clock::duration::zero()) / left--;
        watch(); // it sleeps until the later end otherwise
        error_code ignored;
        socket.close(ignored);
        timed_out_ = false;
        co_await socket.async_connect(address, asio::redirect_error(use_task, error));
        if (!error || !cut_words_.empty()) {
            break;
        }
    }
    deadline_ = end;
    if (!watching_ && !error) {
        watch();
    }
    co_return error;
}

task<error_code> connection::impl::shake_hands() {
    auto* handle = stream_->handle();
    if (is_address(to_.host)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), to_.host.c_str());
    } else {
        SSL_set_tlsext_host_name(handle, to_.host.c_str());
        SSL_set1_host(handle, to_.host.c_str());
    }
    error_code error;
    for (auto n = stream_->handshake(error); n != next::done && !error;) {
        co_await stream_->ready(n);
        n = stream_->handshake(error);
    }
    co_return error;
}

task<> connection::impl::connect(attempt& into) {
    close();
    plain_.clear();
    had_answer_ = false;
    stream_.emplace(on_, context_.native_handle());
    set_deadline(clock::now());

    error_code error;
    name_lookup::addresses found;
    error = co_await names_.find(to_.host, to_.port, found);
    if (error || timed_out_) {
        const auto doing = fmt::format("cannot find the address of {}", to_.host);
        broken(into, handed::nothing, trouble::no_connection, doing, error);
        co_return;
    }
    const auto doing = fmt::format("cannot connect to {}", to_.authority());
    error = co_await connect_to_one_of(found);
    if (error) {
        broken(into, handed::nothing, trouble::no_connection, doing, error);
        co_return;
    }
    stream_->socket().set_option(asio::ip::tcp::no_delay(true), error);
    stream_->take_socket(error);
    if (!error) {
        error = co_await shake_hands();
    }
    if (!error) {
        into.what = trouble::none;
        co_return;
    }
    const auto verified = SSL_get_verify_result(stream_->handle());
    if (verified == X509_V_OK || timed_out_ || !cut_words_.empty()) {
        const auto tls = fmt::format("no TLS connection with {}", to_.authority());
        broken(into, handed::nothing, trouble::no_connection, tls, error);
        co_return;
    }
    broken(into, handed::nothing, trouble::certificate, doing, error);
    into.words = certificate_words(verified, to_);
}

} // namespace noteload::delivery
