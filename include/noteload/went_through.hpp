#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

namespace noteload {

/// What a run met on its way besides its rows: waits, failures, what was done about them. Added up
/// over the processes of a run, so everything in it is a sum. The names of its counters are public
/// API (log, summary).
struct went_through {
    std::uint64_t processes = 0; ///< that told
    std::uint64_t quota_pauses = 0;
    std::uint64_t quota_wait_ms = 0;
    std::uint64_t outages = 0; ///< the breaker opened: nothing left until the server was back
    std::uint64_t outage_ms = 0;
    std::uint64_t sent_again = 0; ///< rows that took more than one try, 429 not counted
    std::uint64_t connections = 0;
    std::uint64_t no_connection = 0; ///< tries that found none: nothing left
    std::uint64_t timed_out = 0;     ///< requests without an answer in their time
    std::uint64_t lost = 0;          ///< requests whose connection broke before their answer's end
    std::uint64_t slow_answers = 0;  ///< that took longer than a second
    std::uint64_t tokens_replaced = 0;
    std::uint64_t repeated_ids = 0; ///< rows answered with a note that another row had: at least
    std::map<int, std::uint64_t>
        requests{}; ///< by their answer's status; 0: it left, and none came

    went_through& operator+=(const went_through& other);
    /// Requests that were answered 5xx or 408.
    [[nodiscard]] std::uint64_t failed_answers() const;
    [[nodiscard]] std::uint64_t all_requests() const;

    friend bool operator==(const went_through&, const went_through&) = default;
};

/// All but `requests`, in the order in which they are written.
inline constexpr std::array<std::pair<std::string_view, std::uint64_t went_through::*>, 13>
    went_through_counters{{
        {"processes", &went_through::processes},
        {"quota_pauses", &went_through::quota_pauses},
        {"quota_wait_ms", &went_through::quota_wait_ms},
        {"outages", &went_through::outages},
        {"outage_ms", &went_through::outage_ms},
        {"sent_again", &went_through::sent_again},
        {"connections", &went_through::connections},
        {"no_connection", &went_through::no_connection},
        {"timed_out", &went_through::timed_out},
        {"lost", &went_through::lost},
        {"slow_answers", &went_through::slow_answers},
        {"tokens_replaced", &went_through::tokens_replaced},
        {"repeated_ids", &went_through::repeated_ids},
    }};

} // namespace noteload
