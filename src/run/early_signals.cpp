#include "noteload/run/early_signals.hpp"

#include <atomic>
#include <cerrno>

namespace noteload::run {

namespace {

// All that a handler may look at.
std::atomic<bool> signal_came{false};
std::atomic<const stop_switch*> thrown_by_signal{nullptr};
static_assert(std::atomic<bool>::is_always_lock_free);

void handle(int) {
    const int error = errno;
    signal_came = true;
    if (const auto* stop = thrown_by_signal.load()) {
        stop->throw_it();
    }
    errno = error;
}

sigset_t both() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGINT);
    ::sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

early_signals::early_signals(const stop_switch& stop) {
    signal_came = false;
    thrown_by_signal = &stop;
    ::sigaction(SIGINT, nullptr, &interrupt_);
    ::sigaction(SIGTERM, nullptr, &terminate_);
    listen();
}

early_signals::~early_signals() {
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGTERM, &terminate_, nullptr);
    thrown_by_signal = nullptr;
    let_in();
}

void early_signals::listen() const noexcept {
    if (came()) {
        return; // the next one ends the process
    }
    struct sigaction act {};
    act.sa_handler = handle;
    act.sa_flags = SA_RESETHAND;
    // What a shell lets its background jobs ignore stays ignored.
    if (interrupt_.sa_handler != SIG_IGN) {
        ::sigaction(SIGINT, &act, nullptr);
    }
    if (terminate_.sa_handler != SIG_IGN) {
        ::sigaction(SIGTERM, &act, nullptr);
    }
}

void early_signals::hold() noexcept {
    const auto set = both();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void early_signals::let_in() noexcept {
    const auto set = both();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool early_signals::came() noexcept {
    return signal_came;
}

} // namespace noteload::run
