#include "noteload/cli/confirm.hpp"

#include "noteload/text.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>

namespace noteload::cli {

namespace {

/// Makes a signal end the reading with EINTR instead of the process, while it lives.
class reading_signals {
public:
    reading_signals() {
        struct sigaction act {};
        act.sa_handler = [](int) {}; // and no SA_RESTART
        ::sigaction(SIGINT, &act, &interrupt_);
        ::sigaction(SIGTERM, &act, &terminate_);
    }
    reading_signals(const reading_signals&) = delete;
    reading_signals& operator=(const reading_signals&) = delete;
    ~reading_signals() {
        ::sigaction(SIGINT, &interrupt_, nullptr);
        ::sigaction(SIGTERM, &terminate_, nullptr);
    }

private:
    struct sigaction interrupt_ {};
    struct sigaction terminate_ {};
};

/// Nothing: a signal came.
std::optional<std::string> read_answer() {
    constexpr std::size_t longest = 1000;
    std::string answer;
    for (char c = 0; answer.size() < longest; answer += c) {
        const auto n = ::read(STDIN_FILENO, &c, 1);
        if (n < 0 && errno == EINTR) {
            return std::nullopt;
        }
        if (n <= 0 || c == '\n') {
            break;
        }
    }
    return answer;
}

} // namespace

bool can_ask() noexcept {
    return ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
}

run::consent ask(std::string_view question) {
    const reading_signals signals;
    fmt::print(stderr, "{} ", question);
    std::fflush(stderr);
    const auto answer = read_answer();
    if (!answer) {
        fmt::print(stderr, "\n");
        return run::consent::interrupted;
    }
    return equal_without_case(trimmed(*answer), "yes") ? run::consent::yes : run::consent::no;
}

} // namespace noteload::cli
