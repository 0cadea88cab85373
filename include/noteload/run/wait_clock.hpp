#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "noteload/clock.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/went_through.hpp"

namespace noteload::run {

/// How long a run waited, and for what, by the events that tell of it: `paused` until `going_on`
/// with the same reason. A rule without a clock.
class wait_clock {
public:
    using duration = steady_clock::duration;

    void told(const ledger::log_event& e, steady_clock::time_point now);
    /// By reason, with what is waited for now.
    [[nodiscard]] std::map<std::string, duration> waited(steady_clock::time_point now) const;
    /// Adds the waits to what a run went through.
    void add_to(went_through& met, steady_clock::time_point now) const;

private:
    struct wait {
        std::uint64_t times = 0;
        duration so_long{}; // those that are over
    };

    std::map<std::string, wait> waits_;
    std::map<std::string, steady_clock::time_point> since_;
};

} // namespace noteload::run
