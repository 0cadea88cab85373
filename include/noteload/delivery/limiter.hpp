#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "noteload/clock.hpp"
#include "noteload/delivery/quota_report.hpp"
#include "noteload/delivery/rate.hpp"
#include "noteload/delivery/server_clock.hpp"
#include "noteload/delivery/server_window.hpp"

namespace noteload::delivery {

struct shared_budget;

/// Why the next request has to wait.
enum class hold : std::uint8_t {
    nothing,
    rate,    ///< `--rate`, `--pace even`, or a moment that tells more about the server's clock
    lease,   ///< `take_lease` comes first, once it is time
    answers, ///< requests in flight may be all that may leave: their answers tell
    quota,   ///< the window is spent up to the reserve, or the server asked to wait
    server,  ///< it fails: the breaker is open
};

struct departure {
    steady_clock::time_point at{}; ///< `max()`: only an answer can tell
    hold why = hold::nothing;

    friend bool operator==(const departure&, const departure&) = default;
};

/// Every limit on requests in a time at once: the server's windows, less the reserve; `--rate`; and
/// pauses that a 429 asked for. Every request is reported to it, look-ups and probes too. A rule
/// without a clock: moments are arguments and never go back.
///
/// A server that tells no limits is taken to allow 1,500 in any hour (less the reserve), unless
/// whoever runs this knows better and gives a rate.
class limiter {
public:
    using time = server_clock::time;
    using duration = server_clock::duration;

    struct settings {
        delivery::rate rate{};
        quota_reserve reserve{};
        pacing pace = pacing::fast;
        bool is_shared = false; ///< with other processes: nothing leaves without a lease
    };

    explicit limiter(settings how) : how_(how) {}

    /// When the next request may leave: not after `now` if at once.
    [[nodiscard]] departure next(time now);

    /// A request leaves. Its end is reported by exactly one of the three that follow.
    [[nodiscard]] ticket leave(time now);
    void answered(const ticket& of, const quota_report& said, time now);
    /// It left, and no answer came: it may have been counted.
    void lost(const ticket& of, time now);
    /// It never left.
    void withdrawn(const ticket& of);

    /// Learns what the other processes tell, tells what is ours, and takes a lease of a few
    /// requests: so many may leave before the next one is taken.
    void take_lease(shared_budget& with, std::uint64_t who, time now);
    /// Nothing more leaves.
    void give_back_lease(shared_budget& with, std::uint64_t who, time now);

    [[nodiscard]] std::int64_t in_flight() const { return in_flight_; }

    /// What the windows tell, as of the last answers; the one with the least left.
    struct state {
        std::int64_t limit = 0; ///< of one window
        std::int64_t remaining = 0;
        std::int64_t reserve = 0;
        std::chrono::sys_seconds resets_at{}; ///< by the server's clock
    };
    [[nodiscard]] std::optional<state> tightest() const;

    /// Whether a departure at that time waits because the server said so (429), whatever the
    /// windows tell.
    [[nodiscard]] bool was_asked_to_wait(time until) const { return until == paused_until_; }

    /// What is assumed of a server that tells nothing.
    static constexpr std::int64_t assumed_limit = 1500;
    static constexpr std::chrono::seconds assumed_window = std::chrono::hours(1);

private:
    static constexpr std::int64_t first_lease = 4;

    [[nodiscard]] bool needs_lease(time now) const;
    void tell_others(shared_budget& with, std::uint64_t who, time now) const;
    [[nodiscard]] std::int64_t free_of_all(std::int64_t others) const;
    void consider(departure& best, time at, hold why) const;
    void consider_window(departure& best, server_window& w, time now) const;
    void consider_assumed(departure& best, time now);
    [[nodiscard]] std::int64_t most_in_flight() const;
    [[nodiscard]] bool knows_windows() const { return !windows_.empty(); }
    [[nodiscard]] bool assumes() const { return !knows_windows() && how_.rate.requests == 0; }
    void refused(const quota_report& said, time now);
    void spent_unseen(time now);
    [[nodiscard]] time even_slot() const;

    settings how_;
    server_clock clock_;
    std::vector<server_window> windows_;
    std::int64_t in_flight_ = 0;
    std::uint64_t next_number_ = 1;
    time next_slot_{}; // of --rate
    time last_left_{};

    time paused_until_{};
    int refusals_ = 0;                 // 429 one after the other
    std::uint64_t careful_before_ = 0; // since a 429, until a later request is answered otherwise

    std::int64_t assumed_ = assumed_limit;
    duration assumed_length_ = assumed_window;
    std::int64_t lease_ = 0;
    std::int64_t lease_size_ = first_lease;
    time lease_until_{};
    time next_lease_look_{};
    std::int64_t others_spent_ = 0;

    std::deque<time> spent_; // ends of requests within the last such time; no windows known
};

} // namespace noteload::delivery
