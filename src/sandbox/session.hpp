#pragma once

// Includes Asio and Beast: for server.cpp and session.cpp alone.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <set>
#include <string>

#include "noteload/sandbox/front_desk.hpp"
#include "noteload/sandbox/settings.hpp"
#include "noteload/sandbox/store.hpp"

namespace noteload::sandbox {

/// Lets many answers share one commit: whoever waits is woken after the next one, which comes when
/// the requests that are ready by now have been handled.
class commit_group {
public:
    commit_group(boost::asio::any_io_executor executor, store& notes)
        : executor_(std::move(executor)), store_(notes) {}

    /// Whether everything written so far is committed; false: it was undone (a full disk).
    boost::asio::awaitable<bool> committed();

private:
    struct batch {
        explicit batch(const boost::asio::any_io_executor& executor)
            : done(executor, boost::asio::steady_timer::time_point::max()) {}
        boost::asio::steady_timer done;
        bool good = false;
    };
    void commit_now();

    boost::asio::any_io_executor executor_;
    store& store_;
    std::shared_ptr<batch> open_;
};

class session;

/// What all sessions share. One thread.
struct session_context {
    session_context(const settings& how_, front_desk& desk_, store& notes,
                    const boost::asio::any_io_executor& executor)
        : how(how_), desk(desk_), commits(executor, notes), all_closed(executor) {}

    [[nodiscard]] moment now() const;
    /// The `Date` header's text, made once a second.
    [[nodiscard]] const std::string& date();

    const settings& how;
    front_desk& desk;
    commit_group commits;
    std::set<session*> open{};
    std::set<boost::asio::steady_timer*> naps{}; ///< of slow and late answers
    bool stopping = false;
    boost::asio::steady_timer all_closed; ///< cancelled when the last session ends after a stop
    std::string date_text{};
    std::chrono::sys_seconds date_second{};
};

/// Waits for `time`, or until the sandbox stops.
boost::asio::awaitable<void> nap(session_context& shared, std::chrono::milliseconds time);

/// One connection: reads requests, does with each what the desk says.
class session {
public:
    session(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls,
            session_context& shared);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// Returns when the connection is closed.
    boost::asio::awaitable<void> run();

    /// Closes the connection now if no request is being answered, else afterwards.
    void stop();
    void close_now();

private:
    using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    boost::asio::awaitable<bool> read(parser& from);
    boost::asio::awaitable<bool> serve(const parser& from);
    boost::asio::awaitable<bool> deliver(reply told);
    boost::asio::awaitable<bool> stream(response answer);
    boost::asio::awaitable<bool> refuse(boost::beast::error_code why);
    boost::asio::awaitable<bool> write(std::string text);
    boost::asio::awaitable<void> hang();
    boost::asio::awaitable<void> say_goodbye();
    void log_faults(const reply& told) const;

    boost::asio::ssl::stream<boost::beast::tcp_stream> stream_;
    session_context& shared_;
    boost::beast::flat_buffer buffer_;
    bool busy_ = false;
    bool polite_ = false; ///< end with TLS's own goodbye
};

/// Makes the note of a `late` fault when its time has come; a stop forgets it.
boost::asio::awaitable<void> create_late(session_context& shared, std::string body);

} // namespace noteload::sandbox
