#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/sandbox/message.hpp"

namespace noteload::sandbox {

/// How the quota is told in an answer's headers.
enum class rate_header_style : std::uint8_t {
    classic, ///< X-RateLimit-Limit, -Remaining, -Reset (Unix seconds)
    dashed,  ///< X-Rate-Limit-Limit, -Remaining, -Reset
    none,
    modern, ///< RateLimit-Policy and RateLimit, with seconds to go instead of a time
};
[[nodiscard]] result<rate_header_style> parse_rate_header_style(std::string_view word);

/// What the quota says to one request.
struct quota_verdict {
    bool allowed = true;
    std::uint64_t limit = 0; ///< 0: there is no quota
    std::uint64_t remaining = 0;
    moment resets_at{};
    std::chrono::seconds retry_after{0}; ///< until then, at least 1; 0 when allowed

    friend bool operator==(const quota_verdict&, const quota_verdict&) = default;
};

/// The organisation's quota: `limit` requests in each fixed window. The first window opens with
/// the first request, the next ones follow without a gap. A refused request costs nothing.
class quota_window {
public:
    quota_window(std::uint64_t limit, std::chrono::seconds length);

    /// Takes one request from the window at `now`.
    quota_verdict take(moment now);
    /// The same without taking: for answers outside the quota.
    quota_verdict look(moment now);

private:
    void roll(moment now);

    std::uint64_t limit_;
    std::chrono::seconds length_;
    std::uint64_t used_ = 0;
    moment opened_{};
    bool open_ = false;
};

/// Appends the headers that tell `verdict`; nothing without a quota.
void append_rate_headers(std::vector<std::pair<std::string, std::string>>& headers,
                         const quota_verdict& verdict, rate_header_style style,
                         std::chrono::seconds length, moment now);

} // namespace noteload::sandbox
