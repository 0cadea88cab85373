#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <vector>

#include "noteload/delivery/gate_rule.hpp"

namespace noteload::delivery::test {

/// A stretch of time in which the server has a trouble.
struct trouble_time {
    enum class kind {
        refuses,       ///< no connection
        hangs,         ///< takes the request and never answers; it is not acted on
        acts_unheard,  ///< acts on it, and the connection breaks
        fails,         ///< 500; it is not acted on, and counts
        storms,        ///< 429 whatever the quota, with Retry-After
        storms_mutely, ///< the same without a word
    };
    kind what{};
    std::chrono::seconds from{};
    std::chrono::seconds until{};
};

/// A run against a server, both played in simulated time.
struct day {
    std::uint64_t seed = 1;
    // The server.
    std::int64_t limit = 1500;
    std::chrono::seconds window{3600};
    std::chrono::seconds phase{0};            ///< of its windows against its full hours
    std::chrono::milliseconds clock_ahead{0}; ///< its clock against ours
    int drift_ppm = 0;
    bool tells_window_length = false;
    bool tells_date = true;
    bool tells_quota = true;
    std::vector<trouble_time> troubles;
    // The way to it.
    std::chrono::microseconds latency{
        100'000};     ///< there and back; each a half to one and a half of it
    double loses = 0; ///< share of requests whose connection breaks, half of them acted on
    // Others: what they take of a window, on average.
    double others = 0;
    // The run.
    int rows = 5000;
    concurrency_limits concurrency{};
    limiter::settings quota{};

    friend std::ostream& operator<<(std::ostream& out, const day& d);
};

/// What became of it.
struct day_end {
    bool ended = false; ///< neither stuck nor given up
    std::chrono::duration<double> took{};
    int created = 0;
    int doubled = 0;
    int unsettled = 0;
    int requests = 0;
    int refused = 0;         ///< 429 for want of quota
    int refused_at_once = 0; ///< the most of them in one window
    int storm_answers = 0;
    int windows = 0;              ///< of the server, that the run saw
    int reserve_used = 0;         ///< windows at whose end less than the reserve was left (by us)
    std::int64_t most_unused = 0; ///< beyond the reserve, when a wait for quota began
    std::chrono::duration<double> first_excess{};   ///< of the first wait for quota, over the reset
    std::chrono::duration<double> longest_excess{}; ///< of all later ones
    std::chrono::duration<double> least_possible{}; ///< for a run that knows everything
    int most_concurrency = 0;
};
[[nodiscard]] day_end play(const day& d);

} // namespace noteload::delivery::test
