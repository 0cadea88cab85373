#include "noteload/cli/confirm.hpp"

#include "noteload/cli/message.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>

namespace noteload::cli {

namespace {

/// Makes a signal end the waiting instead of the process, while it lives. Signals are let in only
/// while `wait_for_input` waits: one that came just before would be missed, and the waiting go on.
class reading_signals {
public:
    reading_signals() {
        struct sigaction act {};
        act.sa_handler = [](int) {};
        ::sigaction(SIGINT, &act, &interrupt_);
        ::sigaction(SIGTERM, &act, &terminate_);
        sigset_t both;
        ::sigemptyset(&both);
        ::sigaddset(&both, SIGINT);
        ::sigaddset(&both, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &both, &outside_);
    }
    reading_signals(const reading_signals&) = delete;
    reading_signals& operator=(const reading_signals&) = delete;
    ~reading_signals() {
        ::sigaction(SIGINT, &interrupt_, nullptr);
        ::sigaction(SIGTERM, &terminate_, nullptr);
        ::pthread_sigmask(SIG_SETMASK, &outside_, nullptr);
    }

    /// False: a signal came.
    [[nodiscard]] bool wait_for_input() const {
        pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        return ::ppoll(&input, 1, nullptr, &outside_) >= 0 || errno != EINTR;
    }

private:
    sigset_t outside_{};
    struct sigaction interrupt_ {};
    struct sigaction terminate_ {};
};

/// Nothing: a signal came.
std::optional<std::string> read_answer(const reading_signals& signals) {
    constexpr std::size_t longest = 1000;
    std::string answer;
    for (char c = 0; answer.size() < longest; answer += c) {
        if (!signals.wait_for_input()) {
            return std::nullopt;
        }
        const auto n = ::read(STDIN_FILENO, &c, 1);
        if (n <= 0 || c == '\n') {
            break;
        }
    }
    return answer;
}

/// The terminal shows nothing of what is typed while it lives.
class no_echo {
public:
    no_echo() : is_terminal_(::tcgetattr(STDIN_FILENO, &usual_) == 0) {
        auto silent = usual_;
        silent.c_lflag &= ~static_cast<::tcflag_t>(ECHO);
        if (is_terminal_) {
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
        }
    }
    no_echo(const no_echo&) = delete;
    no_echo& operator=(const no_echo&) = delete;
    ~no_echo() {
        if (is_terminal_) {
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual_);
        }
    }

private:
    ::termios usual_{};
    bool is_terminal_;
};

std::optional<std::string> ask_line(std::string_view question) {
    const reading_signals signals;
    write_message(std::string(question) + " ");
    std::fflush(stderr);
    return read_answer(signals);
}

} // namespace

std::optional<std::string> ask_text(std::string_view question) {
    const auto answer = ask_line(question);
    return answer ? std::optional(std::string(trimmed(*answer))) : std::nullopt;
}

std::optional<std::string> ask_secret(std::string_view question) {
    const no_echo silent;
    const auto answer = ask_line(question);
    write_message("\n"); // the one that was typed is not shown either
    return answer;
}

bool can_ask() noexcept {
    return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
}

run::consent ask(std::string_view question) {
    const reading_signals signals;
    write_message(std::string(question) + " ");
    std::fflush(stderr);
    const auto answer = read_answer(signals);
    if (!answer) {
        write_message("\n");
        return run::consent::interrupted;
    }
    return equal_without_case(trimmed(*answer), "yes") ? run::consent::yes : run::consent::no;
}

} // namespace noteload::cli
