#include "connection_impl.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>

#include <utility>

namespace noteload::delivery {

namespace asio = boost::asio;
namespace http = boost::beast::http;

using boost::system::error_code;
using clock = steady_clock;
using next = tls_stream::next;

namespace {

constexpr std::uint32_t longest_head = 64 * 1024;
constexpr int most_informational = 16; // answers 1xx before the answer

/// The parser's, and not the connection's.
bool is_of_http(const error_code& error) {
    return error.category() == error_code(http::error::bad_method).category();
}

/// What it means that an answer could not be read, given whether any of it had come.
trouble trouble_of(const error_code& error, bool got_some) {
    if (error == http::error::body_limit || error == http::error::header_limit) {
        return trouble::too_long;
    }
    return got_some || is_of_http(error) ? trouble::cut_short : trouble::lost;
}

} // namespace

/// A request under way must not arrive later: it is in doubt from now on, and may be sent again.
void connection::impl::close() {
    if (stream_) {
        const bool is_idle = deadline_ == clock::time_point::max();
        stream_->close(is_idle ? tls_stream::ending::orderly : tls_stream::ending::abrupt);
    }
    names_.cancel();
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

void connection::impl::broken(attempt& a, handed taken, trouble what, std::string_view doing,
                              const error_code& error) {
    close();
    deadline_ = clock::time_point::max();
    a.taken = taken;
    a.what = what;
    if (what != trouble::too_long) {
        a.reply.clear(); // of an answer that broke off nothing is believed
    }
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
    stream_.reset();
}

/// Whether an idle connection may be used again. Before the first answer bytes may wait rightly
/// (TLS 1.3 sends session tickets); afterwards any byte or end means that the server is taking its
/// leave.
bool connection::impl::usable(clock::duration idle) {
    if (!stream_ || stream_->descriptor() < 0 || (had_answer_ && stream_->has_unread())) {
        return false;
    }
    if (had_answer_ && !idle_watch_.must_look(idle)) {
        return true;
    }
    char byte = 0;
    const auto n = ::recv(stream_->descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    const bool silent = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (had_answer_ && silent) {
        idle_watch_.found_open();
    } else if (had_answer_) {
        idle_watch_.found_closed(idle);
    }
    return silent || (!had_answer_ && n > 0);
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
            in.a.reply.clear();
            in.parser.emplace(in.a.reply);
            in.parser->body_limit(boost::none);
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
            if (n == next::done && !in.parser->got_some() &&
                plain_.take_usual(in.a.reply, longest_answer)) {
                in.was_usual = true;
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

void connection::impl::received(incoming& in) {
    if (in.error) {
        const auto what = trouble_of(in.error, in.parser->got_some());
        const bool was_cut = !is_of_http(in.error) || in.error == http::error::partial_message;
        const auto* doing = what == trouble::lost       ? "the connection broke before an answer"
                            : what == trouble::too_long ? "the answer is too long"
                            : was_cut                   ? "the answer was cut short"
                                                        : "the answer is no HTTP";
        broken(in.a, handed::last_record, what, doing, in.error);
        return;
    }
    had_answer_ = true;
    deadline_ = clock::time_point::max();
    // Bytes behind an answer are nobody's: they must not be taken for the next one.
    const bool may_go_on = in.was_usual || in.parser->keep_alive();
    if (!may_go_on || plain_.size() != 0) {
        close();
        stream_.reset();
    }
}

/// One coroutine for sending and receiving: each more is a frame and a few moves for every row.
task<> connection::impl::exchange(std::string_view request, attempt& into) {
    cut_words_.clear();
    into.clear();
    auto started = clock::now();
    const auto idle = had_answer_ ? started - idle_since_ : clock::duration::max();
    const bool connects = !usable(idle);
    if (connects) {
        co_await connect(into);
        started = clock::now();
        if (into.what != trouble::none) {
            into.ended = started;
            co_return;
        }
    }
    set_deadline(started);
    auto left = request;
    error_code error;
    before_record_ = stream_->taken();
    for (auto n = push(left, error); n != next::done && !error;) {
        co_await stream_->ready(n);
        n = push(left, error);
    }
    const auto taken = error ? taken_of(request, left) : handed::last_record;
    into.taken = handed::last_record; // what is answered has been read
    if (!error) {
        // Others' answers first: when it is our turn again, ours has mostly come as well, and is
        // read at once instead of after a vain try and a wait.
        co_await stream_->others_first();
    }
    incoming in{.a = into};
    // A proxy may answer from the head alone (413) and close without reading the rest.
    const bool may_answer = !error || (taken == handed::part && !timed_out_ && cut_words_.empty());
    for (auto n = may_answer ? read(in) : next::failed; n != next::done && n != next::failed;) {
        co_await stream_->ready(n);
        n = read(in);
    }
    if (!error) {
        received(in);
    } else if (may_answer && !in.error) {
        close();
        stream_.reset();
    } else {
        broken(into, taken, trouble::lost, "the connection broke while sending", error);
    }
    if (into.what == trouble::lost) {
        idle_watch_.found_closed(idle);
    }
    into.ended = idle_since_ = clock::now();
    into.took = std::chrono::duration_cast<std::chrono::milliseconds>(into.ended - started);
    into.connected = connects;
}

connection::connection(asio::io_context& on, const endpoint& to, const tls_trust& trust,
                       std::chrono::milliseconds timeout)
    : impl_(std::make_shared<impl>(on, to, trust, timeout)) {}

connection::~connection() {
    impl_->watch_.cancel();
    impl_->close();
}

task<> connection::exchange(std::string_view request, attempt& into) {
    return impl_->exchange(request, into);
}

void connection::cut(std::string_view words) {
    if (impl_->deadline_ != clock::time_point::max()) {
        impl_->cut_words_ = words;
        impl_->close();
    }
}

} // namespace noteload::delivery
