#pragma once

#include <boost/container/small_vector.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "noteload/clock.hpp"
#include "noteload/delivery/answer.hpp"

namespace noteload::delivery {

/// What an answer says about one of the server's limits.
struct quota_reading {
    std::string name; ///< of the policy, where several have one; empty for `X-RateLimit-…`
    std::optional<std::int64_t> limit;                 ///< requests a window, at least 1
    std::optional<std::int64_t> remaining;             ///< never negative
    std::optional<std::chrono::sys_seconds> resets_at; ///< by the server's clock
    std::optional<std::chrono::seconds> window;        ///< its length, at least 1 s

    friend bool operator==(const quota_reading&, const quota_reading&) = default;
};

/// What an answer says about pacing, as values.
struct quota_report {
    bool refused = false;            ///< 429: the request was not acted on, and costs nothing
    std::chrono::sys_seconds date{}; ///< the server's clock; ours where it does not tell
    std::optional<std::chrono::seconds> retry_after;
    /// Two without memory of their own: every answer has them.
    boost::container::small_vector<quota_reading, 2> readings;

    friend bool operator==(const quota_report&, const quota_report&) = default;
};

/// An answer's report, and when its request left and it came.
struct quota_heard {
    quota_report said;
    steady_clock::time_point left{};
    steady_clock::time_point came{};
};

/// What a header field says of quota, as the letter that it has in `answer::quota_fields`.
enum class quota_field : char {
    none = 0,
    limit = 'l',      ///< `X-RateLimit-Limit`, and so on: with `X-` or without, hyphens anywhere
    remaining = 'r',  ///< `…-Remaining`
    reset = 't',      ///< `…-Reset`
    structured = 's', ///< `RateLimit`, `RateLimit-Policy`
};
[[nodiscard]] quota_field quota_field_of(std::string_view name);

/// Reads `Retry-After` and the quota fields. A reset may be Unix seconds or milliseconds, seconds
/// to go, or a date; what is unreadable counts as absent, and so do resets of long ago or more than
/// 40 days ahead. `server_date` is what its `Date` says (`read_http_date`), `now` our clock.
[[nodiscard]] quota_report read_quota(const answer& reply,
                                      std::optional<wall_clock::time_point> server_date,
                                      wall_clock::time_point now);

} // namespace noteload::delivery
