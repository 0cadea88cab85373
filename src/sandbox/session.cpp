#include "session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <cstdio>
#include <utility>

#include "noteload/sandbox/sqlite.hpp"
#include "noteload/sandbox/wire.hpp"
#include "noteload/text.hpp"

namespace noteload::sandbox {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t body_limit = 16 * 1024 * 1024;
constexpr std::uint32_t header_limit = 64 * 1024;
constexpr auto patience = std::chrono::seconds(30);

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

} // namespace

asio::awaitable<bool> commit_group::committed() {
    if (!store_.dirty()) {
        co_return true;
    }
    if (!open_) {
        open_ = std::make_shared<batch>(executor_);
        asio::post(executor_, [this] { commit_now(); });
    }
    const std::shared_ptr<batch> mine = open_;
    co_await mine->done.async_wait(as_result);
    co_return mine->good;
}

void commit_group::commit_now() {
    const std::shared_ptr<batch> mine = std::exchange(open_, nullptr);
    try {
        store_.commit();
        mine->good = true;
    } catch (const sqlite_error& e) {
        fmt::print(stderr, "noteload-sandbox: {}: the notes of these requests are undone\n",
                   e.what());
    }
    mine->done.cancel();
}

moment session_context::now() const {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()) +
           how.clock_skew;
}

const std::string& session_context::date() {
    const auto second = std::chrono::floor<std::chrono::seconds>(now());
    if (second != date_second || date_text.empty()) {
        date_second = second;
        date_text = http_date(second);
    }
    return date_text;
}

asio::awaitable<void> nap(session_context& shared, std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    if (!shared.stopping) {
        shared.naps.insert(&timer);
        co_await timer.async_wait(as_result);
        shared.naps.erase(&timer);
    }
}

session::session(asio::ip::tcp::socket socket, asio::ssl::context& tls, session_context& shared)
    : stream_(beast::tcp_stream(std::move(socket)), tls), shared_(shared) {
    beast::error_code ignored;
    beast::get_lowest_layer(stream_).socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    shared_.open.insert(this);
}

session::~session() {
    shared_.open.erase(this);
    if (shared_.stopping && shared_.open.empty()) {
        shared_.all_closed.cancel();
    }
}

void session::stop() {
    if (!busy_) {
        close_now();
    }
}

void session::close_now() {
    beast::get_lowest_layer(stream_).close();
}

asio::awaitable<void> session::run() {
    beast::get_lowest_layer(stream_).expires_after(patience);
    const auto [failed] =
        co_await stream_.async_handshake(asio::ssl::stream_base::server, as_result);
    bool open = !failed;
    while (open && !shared_.stopping) {
        parser incoming;
        incoming.header_limit(header_limit);
        incoming.body_limit(body_limit);
        open = co_await read(incoming);
        if (open) {
            busy_ = true;
            open = co_await serve(incoming);
            busy_ = false;
        }
    }
    if (polite_ || shared_.stopping) {
        co_await say_goodbye();
    }
    close_now();
}

asio::awaitable<bool> session::read(parser& from) {
    beast::get_lowest_layer(stream_).expires_after(shared_.how.idle_timeout);
    const auto [no_header, header_bytes] =
        co_await http::async_read_header(stream_, buffer_, from, as_result);
    if (no_header) {
        co_return co_await refuse(no_header);
    }
    if (from.is_done()) {
        co_return true;
    }
    if (beast::iequals(from.get()[http::field::expect], "100-continue")) {
        std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const bool written = co_await write(std::move(go_on));
        if (!written) {
            co_return false;
        }
    }
    beast::get_lowest_layer(stream_).expires_after(patience);
    const auto [no_body, body_bytes] = co_await http::async_read(stream_, buffer_, from, as_result);
    if (no_body) {
        co_return co_await refuse(no_body);
    }
    co_return true;
}

asio::awaitable<bool> session::refuse(beast::error_code why) {
    const bool ours = why.category() == http::make_error_code(http::error::bad_method).category();
    if (!ours || why == http::error::end_of_stream || why == http::error::partial_message) {
        co_return false;
    }
    reply told;
    told.close = true;
    if (why == http::error::body_limit) {
        told.answer = message_response(413, "The request's body is over 16 MiB.");
    } else if (why == http::error::header_limit || why == http::error::buffer_overflow) {
        told.answer = message_response(431, "The request's header is too large.");
    } else {
        told.answer = message_response(400, "Bad request: " + why.message());
    }
    co_await deliver(std::move(told));
    co_return false;
}

asio::awaitable<bool> session::serve(const parser& from) {
    const auto& message = from.get();
    request asked;
    asked.method = view(message.method_string());
    asked.target = view(message.target());
    asked.authorization = view(message[http::field::authorization]);
    asked.content_type = view(message[http::field::content_type]);
    asked.body = message.body();
    reply told = shared_.desk.answer(asked, shared_.now());
    if (shared_.how.verbose) {
        log_faults(told);
    }
    told.close = told.close || !from.keep_alive();
    told.chunked = told.chunked && message.version() >= 11;
    const bool kept = co_await shared_.commits.committed();
    if (!kept) {
        told = reply{};
        told.answer = message_response(500, "The sandbox cannot write its notes.sqlite.");
    }
    if (told.create_later) {
        asio::co_spawn(co_await asio::this_coro::executor,
                       create_late(shared_, std::move(*told.create_later)), asio::detached);
    }
    co_return co_await deliver(std::move(told));
}

asio::awaitable<bool> session::deliver(reply told) {
    if (told.delay.count() > 0) {
        co_await nap(shared_, told.delay);
    }
    if (told.end == reply::ending::drop) {
        co_return false;
    }
    if (told.end == reply::ending::hang) {
        co_await hang();
        co_return false;
    }
    // A stop may have come since the request was read.
    told.close = told.close || shared_.stopping;
    polite_ = told.close;
    if (told.answer.more) {
        const bool streamed = co_await stream(std::move(told.answer));
        co_return streamed && !told.close;
    }
    framing how;
    how.close = told.close;
    how.chunked = told.chunked;
    std::string text;
    text.reserve(told.answer.body.size() + 512);
    append_response(text, told.answer, shared_.date(), how);
    const bool cut = told.end == reply::ending::cut;
    if (cut) {
        polite_ = false;
        // At least one byte, never all of it.
        const auto most = static_cast<double>(text.size() - 1);
        text.resize(std::max<std::size_t>(1, static_cast<std::size_t>(told.cut_at * most)));
    }
    const bool written = co_await write(std::move(text));
    co_return written && !told.close && !cut;
}

asio::awaitable<bool> session::stream(response answer) {
    framing how;
    how.head_only = true;
    std::string text;
    append_response(text, answer, shared_.date(), how);
    std::string piece;
    bool more = true;
    while (more) {
        piece.clear();
        more = answer.more(piece);
        if (!piece.empty()) {
            append_chunk(text, piece);
        }
        if (!more) {
            append_chunk(text, {});
        }
        const bool written = co_await write(std::move(text));
        text.clear();
        if (!written) {
            co_return false;
        }
    }
    co_return true;
}

asio::awaitable<bool> session::write(std::string text) {
    beast::get_lowest_layer(stream_).expires_after(patience);
    const auto [failed, bytes] = co_await asio::async_write(stream_, asio::buffer(text), as_result);
    co_return !failed;
}

asio::awaitable<void> session::hang() {
    // Not busy: a stop need not wait for this.
    busy_ = false;
    beast::get_lowest_layer(stream_).expires_never();
    char ignored[512];
    for (;;) {
        const auto [gone, bytes] = co_await beast::get_lowest_layer(stream_).async_read_some(
            asio::buffer(ignored), as_result);
        if (gone) {
            co_return;
        }
    }
}

asio::awaitable<void> session::say_goodbye() {
    beast::get_lowest_layer(stream_).expires_after(std::chrono::seconds(1));
    co_await stream_.async_shutdown(as_result);
}

void session::log_faults(const reply& told) const {
    std::string names;
    const auto add = [&names](bool given, fault_kind kind) {
        if (given) {
            names += ' ';
            names += to_word(kind);
        }
    };
    if (told.fault) {
        add(true, *told.fault);
    }
    add(told.delay.count() > 0, fault_kind::slow);
    add(told.close, fault_kind::close);
    add(told.chunked, fault_kind::chunked);
    if (!names.empty()) {
        fmt::print(stderr, "{} fault{}\n", utc_text(shared_.now()), names);
    }
}

asio::awaitable<void> create_late(session_context& shared, std::string body) {
    co_await nap(shared, shared.how.trouble.late);
    if (!shared.stopping) {
        shared.desk.create_late(body, shared.now());
        co_await shared.commits.committed();
    }
}

} // namespace noteload::sandbox
