#pragma once

#include <csignal>

#include "noteload/run/stop_switch.hpp"

namespace noteload::run {

/// SIGINT and SIGTERM before there is an `io_context` to hear them: a wait for standard input or a
/// FIFO ends by the switch, and whoever waited looks at `came`. A second signal ends the process,
/// as it would without this. One at a time in a process; for the main thread.
class early_signals {
public:
    /// Listens from here on. `stop` must outlive it.
    explicit early_signals(const stop_switch& stop);
    early_signals(const early_signals&) = delete;
    early_signals& operator=(const early_signals&) = delete;
    /// Signals do afterwards what they did before.
    ~early_signals();

    /// Listens again: Asio leaves no handler behind when its last signal set is gone.
    void listen() const noexcept;
    /// Keeps signals waiting from here on, until `let_in`: for the moment between this and another
    /// listener.
    static void hold() noexcept;
    static void let_in() noexcept;

    [[nodiscard]] static bool came() noexcept;

private:
    struct sigaction interrupt_ {};
    struct sigaction terminate_ {};
};

} // namespace noteload::run
