#include "noteload/run/import_plan.hpp"

#include <algorithm>

namespace noteload::run {

namespace {

constexpr std::int64_t hour = 3600;

/// The time that `--rate` alone asks for.
std::int64_t seconds_by_rate(const delivery::rate& rate, std::uint64_t requests) noexcept {
    if (rate.requests == 0) {
        return 0;
    }
    return static_cast<std::int64_t>(static_cast<double>(requests) *
                                     static_cast<double>(rate.per.count()) / rate.requests);
}

} // namespace

std::chrono::seconds import_plan::at_hourly(std::int64_t quota_an_hour) const noexcept {
    const auto usable = std::max<std::int64_t>(quota_an_hour - reserve.of(quota_an_hour), 1);
    const auto n = static_cast<std::int64_t>(requests());
    return std::chrono::seconds(std::max(n * hour / usable, seconds_by_rate(rate, requests())));
}

std::optional<std::chrono::seconds> import_plan::from_now() const noexcept {
    if (!quota) {
        return std::nullopt;
    }
    const auto kept = reserve.of(quota->limit);
    const auto usable = std::max<std::int64_t>(quota->limit - kept, 1);
    const auto now = std::max<std::int64_t>(quota->remaining - kept, 0);
    const auto later = static_cast<std::int64_t>(requests()) - now;
    // Whole windows are waited for; in the last one everything leaves at once.
    const std::int64_t windows = later <= 0 ? 0 : (later + usable - 1) / usable;
    const std::int64_t waits = windows == 0 ? 0 : quota->until_reset.count() + (windows - 1) * hour;
    return std::chrono::seconds(std::max(waits, seconds_by_rate(rate, requests())));
}

} // namespace noteload::run
