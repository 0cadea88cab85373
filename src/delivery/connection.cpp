#include "noteload/delivery/connection.hpp"

#include "answer_parser.hpp"
#include "noteload/delivery/timer.hpp"
#include "noteload/text.hpp"
#include "plain_buffer.hpp"
#include "tls_stream.hpp"
#include "tls_trust_impl.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <optional>

namespace noteload::delivery {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using boost::system::error_code;
using clock = steady_clock;
using executor = asio::io_context::executor_type;
using resolver = asio::ip::basic_resolver<asio::ip::tcp, executor>;
using next = tls_stream::next;

namespace {

constexpr std::uint32_t longest_head = 64 * 1024;
constexpr int most_informational = 16; // answers 1xx before the answer

bool is_address(const std::string& host) {
    error_code error;
    asio::ip::make_address(host, error);
    return !error;
}

/// What it means that an answer could not be read, given whether any of it had come.
trouble trouble_of(const error_code& error, bool got_some) {
    if (error == http::error::body_limit || error == http::error::header_limit) {
        return trouble::too_long;
    }
    const bool no_http = error.category() == error_code(http::error::bad_method).category();
    return got_some || no_http ? trouble::cut_short : trouble::lost;
}

/// An answer on its way.
struct incoming {
    attempt a{
        .taken = handed::last_record, .what = trouble::none, .words = {}, .reply = {}, .took = {}};
    std::optional<answer_parser> parser;
    int informational = 0;
    error_code error;
};

} // namespace

struct connection::impl : std::enable_shared_from_this<impl> {
    impl(asio::io_context& on, const endpoint& to, const tls_trust& trust,
         std::chrono::milliseconds timeout)
        : on_(on),
          to_(to),
          context_(trust.impl_->context),
          timeout_(timeout),
          watch_(on),
          resolver_(on) {}

    task<attempt> exchange(std::string_view request);
    task<attempt> connect();
    task<error_code> connect_to_one_of(resolver::results_type found);
    [[nodiscard]] next push(std::string_view& left, error_code& error);
    [[nodiscard]] next read(incoming& in);
    [[nodiscard]] handed taken_of(std::string_view request, std::string_view left) const;
    attempt received(incoming& in);

    attempt broken(handed taken, trouble what, std::string_view doing, const error_code& error);
    [[nodiscard]] bool usable();
    void close();
    void set_deadline(clock::time_point now);
    void watch();

    asio::io_context& on_;
    const endpoint to_;
    ssl::context& context_;
    const std::chrono::milliseconds timeout_;
    std::optional<tls_stream> stream_;
    std::uint64_t before_record_ = 0; // the stream's `taken`, before the record under way
    plain_buffer plain_;
    bool had_answer_ = false; // on this connection
    std::string cut_words_;   // why the exchange under way was ended from outside

    // One timer for all exchanges: it sleeps until the deadline that stood when it was set and
    // then looks whether it has moved. Setting a timer for each request costs more than the rest
    // of the bookkeeping together.
    timer watch_;
    resolver resolver_;
    clock::time_point deadline_ = clock::time_point::max();
    bool watching_ = false;
    bool timed_out_ = false;
};

void connection::impl::close() {
    if (stream_) {
        error_code ignored;
        stream_->socket().close(ignored);
    }
    resolver_.cancel();
}

void connection::impl::set_deadline(clock::time_point now) {
    timed_out_ = false;
    deadline_ = now + timeout_;
    if (!watching_) {
        watch();
    }
}

void connection::impl::watch() {
    watching_ = true;
    watch_.expires_at(deadline_);
    watch_.async_wait([weak = weak_from_this()](const error_code& error) {
        const auto self = weak.lock();
        if (!self || error) {
            return;
        }
        if (self->deadline_ == clock::time_point::max()) {
            self->watching_ = false; // idle
        } else if (clock::now() < self->deadline_) {
            self->watch();
        } else {
            self->watching_ = false;
            self->timed_out_ = true;
            self->close();
        }
    });
}

attempt connection::impl::broken(handed taken, trouble what, std::string_view doing,
                                 const error_code& error) {
    deadline_ = clock::time_point::max();
    attempt a{.taken = taken, .what = what, .words = {}, .reply = {}, .took = {}};
    if (!cut_words_.empty()) {
        a.what = taken == handed::nothing ? trouble::no_connection : trouble::timed_out;
        a.words = std::exchange(cut_words_, {});
    } else if (timed_out_) {
        a.what = taken == handed::nothing ? trouble::no_connection : trouble::timed_out;
        a.words =
            fmt::format("{}: no answer within {}", doing,
                        timeout_ < std::chrono::seconds(1)
                            ? fmt::format("{} ms", timeout_.count())
                            : duration_text(std::chrono::ceil<std::chrono::seconds>(timeout_)));
    } else {
        a.words =
            fmt::format("{}: {}", doing,
                        error == asio::error::eof || error == asio::ssl::error::stream_truncated
                            ? "the server closed the connection"
                            : error.message());
    }
    close();
    stream_.reset();
    return a;
}

/// Whether an idle connection may be used again. A server that closes it may have done so while
/// nobody looked, and a request sent there would be in doubt for nothing. Before the first answer
/// bytes may wait rightly (TLS 1.3 sends session tickets); afterwards any byte or end means that
/// the server is taking its leave.
bool connection::impl::usable() {
    if (!stream_ || !stream_->socket().is_open()) {
        return false;
    }
    char byte = 0;
    const auto n = ::recv(stream_->socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    const bool silent = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return had_answer_ ? silent && !stream_->has_unread() : silent || n > 0;
}

/// Each address has its share of what is left of the time: one that never answers (as with IPv6
/// that leads nowhere) must not cost the others theirs.
task<error_code> connection::impl::connect_to_one_of(resolver::results_type found) {
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
        const asio::ip::tcp::endpoint to = address.endpoint();
        co_await socket.async_connect(to, asio::redirect_error(use_task, error));
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

task<attempt> connection::impl::connect() {
    close();
    plain_.clear();
    had_answer_ = false;
    stream_.emplace(on_, context_.native_handle());
    set_deadline(clock::now());

    error_code error;
    const auto found =
        co_await resolver_.async_resolve(to_.host, to_.port, asio::redirect_error(use_task, error));
    if (error || timed_out_) {
        const auto doing = fmt::format("cannot find the address of {}", to_.host);
        co_return broken(handed::nothing, trouble::no_connection, doing, error);
    }
    const auto doing = fmt::format("cannot connect to {}", to_.authority());
    error = co_await connect_to_one_of(found);
    if (error) {
        co_return broken(handed::nothing, trouble::no_connection, doing, error);
    }
    auto& socket = stream_->socket();
    socket.set_option(asio::ip::tcp::no_delay(true), error);

    auto* handle = stream_->handle();
    if (is_address(to_.host)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), to_.host.c_str());
    } else {
        SSL_set_tlsext_host_name(handle, to_.host.c_str());
        SSL_set1_host(handle, to_.host.c_str());
    }
    error.clear();
    for (auto n = stream_->handshake(error); n != next::done && !error;) {
        error = co_await stream_->wait(n);
        n = error ? next::failed : stream_->handshake(error);
    }
    if (error) {
        const auto verified = SSL_get_verify_result(handle);
        if (verified == X509_V_OK || timed_out_ || !cut_words_.empty()) {
            const auto tls = fmt::format("no TLS connection with {}", to_.authority());
            co_return broken(handed::nothing, trouble::no_connection, tls, error);
        }
        auto a = broken(handed::nothing, trouble::certificate, doing, error);
        a.words = certificate_words(verified, to_);
        co_return a;
    }
    co_return attempt{};
}

/// Hands over what is left of the request, a TLS record at a time, as far as it goes at once.
next connection::impl::push(std::string_view& left, error_code& error) {
    while (!left.empty()) {
        const auto piece = left.substr(0, tls_stream::record);
        if (const auto n = stream_->write(piece, error); n != next::done) {
            return n;
        }
        left.remove_prefix(piece.size());
        before_record_ = stream_->taken();
    }
    return next::done;
}

/// How much the kernel took of a request that broke off with so much of it `left`.
handed connection::impl::taken_of(std::string_view request, std::string_view left) const {
    const bool some = stream_->taken() != before_record_;
    if (some && left.size() <= tls_stream::record) {
        return handed::last_record;
    }
    return some || left.size() != request.size() ? handed::part : handed::nothing;
}

/// Reads on as far as it goes at once.
next connection::impl::read(incoming& in) {
    for (;;) {
        if (!in.parser) {
            in.a.reply = {};
            in.parser.emplace(in.a.reply);
            in.parser->body_limit(longest_answer);
            in.parser->header_limit(longest_head);
        }
        while (!in.error && !in.parser->is_done()) {
            if (plain_.feed(*in.parser, in.error)) {
                continue;
            }
            const auto n = in.error ? next::failed : plain_.fill(*stream_, in.error);
            if (n == next::read || n == next::write) {
                return n;
            }
            if (in.error == asio::error::eof && in.parser->got_some()) {
                in.error.clear();
                in.parser->put_eof(in.error);
            }
        }
        if (in.error) {
            return next::failed;
        }
        if (in.a.reply.status >= 200 || in.informational++ == most_informational) {
            return next::done;
        }
        in.parser.reset();
    }
}

attempt connection::impl::received(incoming& in) {
    if (in.error) {
        const auto what = trouble_of(in.error, in.parser->got_some());
        const auto* doing = what == trouble::lost       ? "the connection broke before an answer"
                            : what == trouble::too_long ? "the answer is too long"
                                                        : "the answer was cut short";
        return broken(handed::last_record, what, doing, in.error);
    }
    had_answer_ = true;
    deadline_ = clock::time_point::max();
    // Bytes behind an answer are nobody's: they must not be taken for the next one.
    if (!in.parser->keep_alive() || plain_.size() != 0) {
        close();
        stream_.reset();
    }
    return std::move(in.a);
}

/// One coroutine for sending and receiving: each more is a frame and a few moves for every row.
task<attempt> connection::impl::exchange(std::string_view request) {
    cut_words_.clear();
    const bool connects = !usable();
    if (connects) {
        auto connected = co_await connect();
        if (connected.what != trouble::none) {
            co_return connected;
        }
    }
    const auto started = clock::now();
    set_deadline(started);
    auto left = request;
    error_code error;
    before_record_ = stream_->taken();
    for (auto n = push(left, error); n != next::done && !error;) {
        error = co_await stream_->wait(n);
        n = error ? next::failed : push(left, error);
    }
    const auto taken = error ? taken_of(request, left) : handed::last_record;
    if (!error) {
        // Others' answers first: when it is our turn again, ours has mostly come as well, and is
        // read at once instead of after a vain try and a wait.
        co_await asio::post(on_, asio::deferred);
    }
    incoming in;
    // A proxy may answer from the head alone (413) and close without reading the rest.
    const bool may_answer = !error || (taken == handed::part && !timed_out_ && cut_words_.empty());
    for (auto n = may_answer ? read(in) : next::failed; n != next::done && n != next::failed;) {
        if (n == next::read) {
            const auto came = co_await stream_->receive();
            in.error = stream_->received(came);
        } else {
            in.error = co_await stream_->wait(n);
        }
        n = read(in);
    }
    attempt a;
    if (!error) {
        a = received(in);
    } else if (may_answer && !in.error) {
        close();
        stream_.reset();
        a = std::move(in.a);
    } else {
        a = broken(taken, trouble::lost, "the connection broke while sending", error);
    }
    a.took = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - started);
    a.connected = connects;
    co_return a;
}

connection::connection(asio::io_context& on, const endpoint& to, const tls_trust& trust,
                       std::chrono::milliseconds timeout)
    : impl_(std::make_shared<impl>(on, to, trust, timeout)) {}

connection::~connection() {
    impl_->watch_.cancel();
    impl_->close();
}

task<attempt> connection::exchange(std::string_view request) {
    return impl_->exchange(request);
}

void connection::cut(std::string_view words) {
    if (impl_->deadline_ != clock::time_point::max()) {
        impl_->cut_words_ = words;
        impl_->close();
    }
}

} // namespace noteload::delivery
