#pragma once

#include <chrono>
#include <variant>

namespace noteload::run {

/// A time of day by this machine's clock and zone: `06:00`.
struct time_of_day {
    int hour = 0;   ///< 0 to 23
    int minute = 0; ///< 0 to 59

    friend bool operator==(const time_of_day&, const time_of_day&) = default;
};

/// `--stop-at`: when a run ends by itself, or after how long.
using stop_time = std::variant<std::chrono::milliseconds, time_of_day>;

/// The moment that is meant, for a run that begins at `now`; a time of day is the next one, today
/// or tomorrow, also where the clocks change in between.
[[nodiscard]] std::chrono::system_clock::time_point moment_of(
    const stop_time& at, std::chrono::system_clock::time_point now);

} // namespace noteload::run
