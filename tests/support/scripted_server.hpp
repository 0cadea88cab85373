#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/test_authority.hpp"

namespace noteload::test {

/// The server's end of one connection, for the verbs of a script. Blocking, on a thread of its own;
/// whatever the client does ends a call, so nothing here needs a clock.
class peer {
public:
    peer(int fd, SSL_CTX* context);
    peer(const peer&) = delete;
    peer& operator=(const peer&) = delete;
    ~peer();

    bool handshake();
    /// The next whole request; nothing when the client has gone.
    std::optional<std::string> read_request();
    /// Only its head: the body stays unread.
    std::optional<std::string> read_head();
    /// At least so many bytes of whatever comes.
    void read_bytes(std::size_t n);
    void say(std::string_view bytes);
    void say_plain(std::string_view bytes); ///< below TLS
    void ask_for_new_keys();                ///< TLS 1.3: with keys of its own for what follows
    void farewell();                        ///< TLS's end and TCP's
    void close();                           ///< TCP's end alone
    void reset();
    void wait_for_close();
    void wait_for_close_unread(); ///< without taking what comes

    [[nodiscard]] bool open() const { return fd_ >= 0; }
    [[nodiscard]] int fd() const { return fd_; }

private:
    int fd_;
    SSL* ssl_;
    std::string unread_;
};

/// What the server does with the next request (or with the connection).
struct action {
    std::function<void(peer&, const std::string& request)> act;
    enum class reads { whole, nothing, before_handshake } first = reads::whole;
};

using script = std::vector<action>;

/// An HTTPS server on 127.0.0.1 that does what its script says: one list of actions for each
/// connection in the order of their coming, and `otherwise` for what no script names.
class scripted_server {
public:
    struct options {
        int newest_tls = TLS1_3_VERSION;
        int receive_buffer = 0; ///< bytes; 0: the system's
    };

    explicit scripted_server(const identity& who) : scripted_server(who, options{}) {}
    scripted_server(const identity& who, options o);
    scripted_server(const scripted_server&) = delete;
    scripted_server& operator=(const scripted_server&) = delete;
    ~scripted_server();

    void play(std::vector<script> connections);
    void otherwise(action a);
    /// Called for each whole request, on the connection's thread, before it is answered.
    void on_request(std::function<void(const std::string&)> call);

    /// Waits, on a connection's thread, until so many requests have been in hand at once.
    void wait_for_hands(int n);
    /// Connections are refused from now on.
    void stop_listening();
    /// The same, from an action.
    void refuse_connections();

    [[nodiscard]] int port() const;
    [[nodiscard]] std::string url(std::string_view host = "127.0.0.1") const;
    [[nodiscard]] int connections() const;
    [[nodiscard]] int still_open() const;
    [[nodiscard]] std::vector<std::string> requests() const; ///< those that came whole
    [[nodiscard]] std::vector<std::string> bodies() const;
    [[nodiscard]] int most_at_once() const;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

[[nodiscard]] std::string body_of(const std::string& request);
/// A whole HTTP answer. `fields` are further lines, each ended by CRLF.
[[nodiscard]] std::string http(int status, std::string_view body, std::string_view fields = "");
[[nodiscard]] std::string note_json(long id);

// What a script is made of. Each answers or spoils one request.
[[nodiscard]] action created(long id);
[[nodiscard]] action answer(int status, std::string body, std::string fields = "");
[[nodiscard]] action say(std::string bytes);           ///< and goes on
[[nodiscard]] action say_and_close(std::string bytes); ///< with TLS's farewell
[[nodiscard]] action say_and_cut(std::string bytes);   ///< TCP alone
[[nodiscard]] action never_answer();
[[nodiscard]] action reset_after_reading();
[[nodiscard]] action reset_after(std::size_t bytes);  ///< of the request
[[nodiscard]] action answer_early(std::string bytes); ///< after the head; then reset
[[nodiscard]] action close_before_reading();
[[nodiscard]] action stall_handshake();
[[nodiscard]] action close_instead_of_handshake();
[[nodiscard]] action speak_plain(std::string bytes); ///< instead of a handshake

} // namespace noteload::test

#include "support/scripted_server_impl.hpp"
