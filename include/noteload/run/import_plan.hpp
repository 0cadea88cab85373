#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "noteload/delivery/rate.hpp"

// How many requests an import takes and how long that lasts. Values and functions.

namespace noteload::run {

/// The organisation's quota, as the server told it last.
struct quota_now {
    std::int64_t limit = 0; ///< requests a window
    std::int64_t remaining = 0;
    std::chrono::seconds until_reset{0};

    friend bool operator==(const quota_now&, const quota_now&) = default;
};

struct import_plan {
    static constexpr std::uint64_t looks = 2; ///< at the organisation and its note types

    std::uint64_t look_ups = 0; ///< of contacts, before the first note
    std::uint64_t notes = 0;
    delivery::quota_reserve reserve{};
    delivery::rate rate{};
    std::optional<quota_now> quota; ///< nothing: no server was asked

    [[nodiscard]] std::uint64_t requests() const noexcept { return looks + look_ups + notes; }

    /// How long it takes with so many requests an hour, less the reserve.
    [[nodiscard]] std::chrono::seconds at_hourly(std::int64_t quota_an_hour) const noexcept;

    /// How long it takes from now on with the quota that is there now: what is left of this window,
    /// less the reserve, and then a window an hour. Nothing without a quota.
    [[nodiscard]] std::optional<std::chrono::seconds> from_now() const noexcept;
};

} // namespace noteload::run
