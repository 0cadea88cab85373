#pragma once

// The inside of scripted_server.hpp: a header, because each stage's tests are one program of their
// own.

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "support/scripted_server.hpp"

namespace noteload::test {

inline peer::peer(int fd, SSL_CTX* context) : fd_(fd), ssl_(SSL_new(context)) {
    SSL_set_fd(ssl_, fd);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

inline peer::~peer() {
    close();
    SSL_free(ssl_);
}

inline bool peer::handshake() {
    return SSL_accept(ssl_) == 1;
}

inline std::optional<std::string> peer::read_head() {
    for (;;) {
        if (const auto end = unread_.find("\r\n\r\n"); end != std::string::npos) {
            auto head = unread_.substr(0, end + 4);
            unread_.erase(0, end + 4);
            return head;
        }
        std::array<char, 16384> some{};
        const int n = open() ? SSL_read(ssl_, some.data(), some.size()) : 0;
        if (n <= 0) {
            return std::nullopt;
        }
        unread_.append(some.data(), static_cast<std::size_t>(n));
    }
}

inline void peer::read_bytes(std::size_t n) {
    std::array<char, 16384> some{};
    for (std::size_t got = 0; got < n;) {
        const int more = SSL_read(ssl_, some.data(), some.size());
        if (more <= 0) {
            return;
        }
        got += static_cast<std::size_t>(more);
    }
}

inline std::optional<std::string> peer::read_request() {
    auto request = read_head();
    if (!request) {
        return std::nullopt;
    }
    std::size_t size = 0;
    constexpr std::string_view field = "Content-Length: ";
    if (const auto at = request->find(field); at != std::string::npos) {
        size = std::stoul(request->substr(at + field.size()));
    }
    while (unread_.size() < size) {
        std::array<char, 16384> some{};
        const int n = SSL_read(ssl_, some.data(), some.size());
        if (n <= 0) {
            return std::nullopt;
        }
        unread_.append(some.data(), static_cast<std::size_t>(n));
    }
    *request += unread_.substr(0, size);
    unread_.erase(0, size);
    return request;
}

inline void peer::say(std::string_view bytes) {
    while (!bytes.empty() && open()) {
        const int n = SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
        if (n <= 0) {
            close();
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

inline void peer::say_plain(std::string_view bytes) {
    [[maybe_unused]] const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

inline void peer::ask_for_new_keys() {
    SSL_key_update(ssl_, SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(ssl_);
}

inline void peer::farewell() {
    if (open()) {
        SSL_shutdown(ssl_);
        close();
    }
}

inline void peer::close() {
    if (open()) {
        // Not ::close: the server still knows the number, and may want to end the waiting.
        ::shutdown(fd_, SHUT_RDWR);
        fd_ = -1;
    }
}

inline void peer::reset() {
    if (open()) {
        // Disconnecting a TCP socket by AF_UNSPEC sends a reset at once.
        sockaddr none{};
        none.sa_family = AF_UNSPEC;
        ::connect(fd_, &none, sizeof none);
        fd_ = -1;
    }
}

inline void peer::wait_for_close() {
    std::array<char, 4096> some{};
    while (open() && ::recv(fd_, some.data(), some.size(), 0) > 0) {
    }
}

inline void peer::wait_for_close_unread() {
    pollfd p{.fd = fd_, .events = POLLRDHUP, .revents = 0};
    ::poll(&p, 1, -1);
    close();
}

struct scripted_server::impl {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    int listening = -1;
    int port = 0;

    mutable std::mutex mutex;
    std::condition_variable changed;
    std::deque<script> scripts;
    action fallback;
    std::function<void(const std::string&)> watcher;
    std::vector<std::string> requests;
    std::set<int> open;
    int connections = 0;
    int in_hand = 0;
    int most = 0;
    bool stopping = false;
    std::vector<std::thread> threads;
    std::thread accepting;

    void accept_all();
    void serve(int fd, script todo);
    bool perform(peer& p, const action& a);
};

inline scripted_server::scripted_server(const identity& who, options o)
    : impl_(std::make_unique<impl>()) {
    SSL_CTX_use_certificate(impl_->context, who.certificate.get());
    SSL_CTX_use_PrivateKey(impl_->context, who.key.get());
    SSL_CTX_set_max_proto_version(impl_->context, o.newest_tls);
    impl_->fallback = created(1);

    impl_->listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (o.receive_buffer > 0) {
        ::setsockopt(impl_->listening, SOL_SOCKET, SO_RCVBUF, &o.receive_buffer, sizeof(int));
    }
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* address = reinterpret_cast<sockaddr*>(&at);
    socklen_t size = sizeof at;
    if (::bind(impl_->listening, address, size) != 0 || ::listen(impl_->listening, 128) != 0 ||
        ::getsockname(impl_->listening, address, &size) != 0) {
        throw std::runtime_error("no port to listen on");
    }
    impl_->port = ntohs(at.sin_port);
    impl_->accepting = std::thread([this] { impl_->accept_all(); });
}

inline scripted_server::~scripted_server() {
    stop_listening();
    std::vector<std::thread> threads;
    {
        const std::scoped_lock hold(impl_->mutex);
        impl_->stopping = true;
        for (const int fd : impl_->open) {
            ::shutdown(fd, SHUT_RDWR);
        }
        threads.swap(impl_->threads);
    }
    impl_->changed.notify_all();
    for (auto& t : threads) {
        t.join();
    }
    SSL_CTX_free(impl_->context);
}

inline void scripted_server::stop_listening() {
    if (impl_->accepting.joinable()) {
        ::shutdown(impl_->listening, SHUT_RDWR); // wakes accept
        impl_->accepting.join();
        ::close(impl_->listening);
    }
}

inline void scripted_server::refuse_connections() {
    ::shutdown(impl_->listening, SHUT_RDWR);
}

inline void scripted_server::impl::accept_all() {
    for (;;) {
        const int fd = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) {
            return;
        }
        const std::scoped_lock hold(mutex);
        script todo;
        if (!scripts.empty()) {
            todo = std::move(scripts.front());
            scripts.pop_front();
        }
        ++connections;
        open.insert(fd);
        threads.emplace_back(
            [this, fd, s = std::move(todo)]() mutable { serve(fd, std::move(s)); });
    }
}

inline void scripted_server::impl::serve(int fd, script todo) {
    // Writing to a client that has gone is an error to look at here, not the test program's death.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    {
        peer p(fd, context);
        std::size_t next = 0;
        while (next < todo.size() && todo[next].first == action::reads::before_handshake) {
            todo[next++].act(p, "");
        }
        bool going_on = p.open() && p.handshake();
        while (going_on && p.open()) {
            std::unique_lock hold(mutex);
            const auto a = next < todo.size() ? todo[next] : fallback;
            hold.unlock();
            ++next;
            going_on = perform(p, a);
        }
    }
    const std::scoped_lock hold(mutex);
    open.erase(fd);
    ::close(fd);
}

inline bool scripted_server::impl::perform(peer& p, const action& a) {
    if (a.first != action::reads::whole) {
        a.act(p, "");
        return p.open();
    }
    const auto request = p.read_request();
    if (!request) {
        return false;
    }
    std::function<void(const std::string&)> call;
    {
        const std::scoped_lock hold(mutex);
        requests.push_back(*request);
        most = std::max(most, ++in_hand);
        call = watcher;
    }
    changed.notify_all();
    if (call) {
        call(*request);
    }
    a.act(p, *request);
    const std::scoped_lock hold(mutex);
    --in_hand;
    return p.open();
}

inline void scripted_server::play(std::vector<script> connections) {
    const std::scoped_lock hold(impl_->mutex);
    impl_->scripts.assign(connections.begin(), connections.end());
}

inline void scripted_server::otherwise(action a) {
    const std::scoped_lock hold(impl_->mutex);
    impl_->fallback = std::move(a);
}

inline void scripted_server::on_request(std::function<void(const std::string&)> call) {
    const std::scoped_lock hold(impl_->mutex);
    impl_->watcher = std::move(call);
}

inline void scripted_server::wait_for_hands(int n) {
    std::unique_lock hold(impl_->mutex);
    impl_->changed.wait(hold, [&] { return impl_->most >= n || impl_->stopping; });
}

inline int scripted_server::port() const {
    return impl_->port;
}

inline std::string scripted_server::url(std::string_view host) const {
    return fmt::format("https://{}:{}", host, impl_->port);
}

inline int scripted_server::connections() const {
    const std::scoped_lock hold(impl_->mutex);
    return impl_->connections;
}

inline int scripted_server::still_open() const {
    const std::scoped_lock hold(impl_->mutex);
    return static_cast<int>(impl_->open.size());
}

inline std::vector<std::string> scripted_server::requests() const {
    const std::scoped_lock hold(impl_->mutex);
    return impl_->requests;
}

inline std::vector<std::string> scripted_server::bodies() const {
    std::vector<std::string> out;
    for (const auto& r : requests()) {
        if (r.starts_with("POST ")) {
            out.push_back(body_of(r));
        }
    }
    return out;
}

inline int scripted_server::most_at_once() const {
    const std::scoped_lock hold(impl_->mutex);
    return impl_->most;
}

inline std::string body_of(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
}

inline std::string http(int status, std::string_view body, std::string_view fields) {
    return fmt::format(
        "HTTP/1.1 {} Word\r\nContent-Type: application/json\r\n{}Content-Length: {}\r\n\r\n{}",
        status, fields, body.size(), body);
}

inline std::string note_json(long id) {
    return fmt::format("{{\"id\":{},\"contactId\":7,\"type\":\"Call\",\"note\":\"x\"}}", id);
}

inline action say(std::string bytes) {
    return {[b = std::move(bytes)](peer& p, const std::string&) { p.say(b); }};
}

inline action answer(int status, std::string body, std::string fields) {
    return say(http(status, body, fields));
}

inline action created(long id) {
    return answer(200, note_json(id));
}

inline action say_and_close(std::string bytes) {
    return {[b = std::move(bytes)](peer& p, const std::string&) {
        p.say(b);
        p.farewell();
    }};
}

inline action say_and_cut(std::string bytes) {
    return {[b = std::move(bytes)](peer& p, const std::string&) {
        p.say(b);
        p.close();
    }};
}

inline action never_answer() {
    return {[](peer& p, const std::string&) {
        p.wait_for_close();
        p.close();
    }};
}

inline action reset_after_reading() {
    return {[](peer& p, const std::string&) { p.reset(); }};
}

inline action reset_after(std::size_t bytes) {
    return {[bytes](peer& p, const std::string&) {
                p.read_bytes(bytes);
                p.reset();
            },
            action::reads::nothing};
}

inline action answer_early(std::string bytes) {
    return {[b = std::move(bytes)](peer& p, const std::string&) {
                if (p.read_head()) {
                    p.say(b);
                }
                p.close();
            },
            action::reads::nothing};
}

inline action close_before_reading() {
    return {[](peer& p, const std::string&) { p.farewell(); }, action::reads::nothing};
}

inline action stall_handshake() {
    return {[](peer& p, const std::string&) {
                p.wait_for_close();
                p.close();
            },
            action::reads::before_handshake};
}

inline action close_instead_of_handshake() {
    return {[](peer& p, const std::string&) { p.close(); }, action::reads::before_handshake};
}

inline action speak_plain(std::string bytes) {
    return {[b = std::move(bytes)](peer& p, const std::string&) {
                p.say_plain(b);
                p.close();
            },
            action::reads::before_handshake};
}

} // namespace noteload::test
