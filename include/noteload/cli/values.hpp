#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/run/import.hpp"

namespace noteload::cli {

// Values as people write them on the command line. Nothing: it is none, and the caller says what
// is expected.

/// `500ms`, `30s`, `5m`, `2h`.
[[nodiscard]] std::optional<std::chrono::milliseconds> read_duration(std::string_view text);

/// `06:00`, or a duration.
[[nodiscard]] std::optional<run::stop_time> read_stop_time(std::string_view text);

/// `5/s`, `100/min`, `1500/h`.
[[nodiscard]] std::optional<delivery::rate> read_rate(std::string_view text);

/// `150` or `10%`; per cent below 100.
[[nodiscard]] std::optional<delivery::quota_reserve> read_reserve(std::string_view text);

/// `100` or `5%`.
[[nodiscard]] std::optional<run::error_limit> read_error_limit(std::string_view text);

/// Digits alone, so that `-1` is not taken for a very large number.
[[nodiscard]] std::optional<std::uint64_t> read_count(std::string_view text);

/// `65536`, `64KiB`, `4MiB`.
[[nodiscard]] std::optional<std::uint64_t> read_size(std::string_view text);

/// The known word that a mistyped one most likely stands for, if one is near.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 const std::vector<std::string>& known);

} // namespace noteload::cli
