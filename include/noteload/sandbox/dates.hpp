#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/error.hpp"
#include "noteload/sandbox/message.hpp"

namespace date {
class time_zone;
}

namespace noteload::sandbox {

/// A day of the organisation's calendar, counted from 1970-01-01.
using day_number = std::int32_t;

/// The organisation's time zone, by the system's time zone database.
class zone {
public:
    /// `US/Arizona`. A failure names what is missing.
    [[nodiscard]] static result<zone> find(const std::string& name);

    [[nodiscard]] day_number day_of(moment utc) const;

private:
    explicit zone(const date::time_zone* found) : found_(found) {}
    const date::time_zone* found_;
};

/// The organisation's day that a posted date means: `2019-03-04`, `3/4/2019`, or either with a time
/// after `T` or a blank. `Z` or an offset makes the instant be converted to the organisation's
/// zone, which is how date-only values sent as midnight UTC land a day early. Nothing when it
/// cannot be read.
[[nodiscard]] std::optional<day_number> posted_day(std::string_view text, const zone& place);

/// An instant from `2026-11-24`, `2026-11-24T03:54:12` or with fractions; without an offset it is
/// UTC.
[[nodiscard]] std::optional<moment> posted_instant(std::string_view text);

/// `10/4/2017`: month first, no leading zeros, as the API echoes `noteDate`.
[[nodiscard]] std::string culture_date(day_number day);

/// `2026-11-24T03:54:12.3456`: no Z and 0 to 7 fraction digits, cut off, not rounded.
[[nodiscard]] std::string server_time(moment t, unsigned fraction_digits);

} // namespace noteload::sandbox
