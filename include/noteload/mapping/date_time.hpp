#pragma once

#include <date/date.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace date {
class time_zone;
}

// Dates and times of notes. What is accepted, and nothing else (`4/10/2017` can be read in two
// ways, so it is never guessed at):
//
//     value  = day [ ("T" | " ") clock [ "Z" | offset ] ]
//     day    = YYYY "-" MM "-" DD            a day of the calendar, years 1753 to 9999 (what the
//                                            SQL Server behind the API can hold)
//     clock  = hh ":" mm [ ":" ss [ "." digits ] ]    00:00:00 to 23:59:59, no leap seconds
//     offset = ("+" | "-") hh [ [":"] mm ]            up to 14:00, as in the world
//
// Example: `2019-03-04T12:00:00.123-05:00`. Fractions of a second are cut off, since the API shows
// none. A value with Z or an offset must lie between 1900 and 2037: before and after, the system's
// time zone data (as date-tz 3.0 reads them) are local mean time, or lack daylight saving time, and
// the note would be shifted by an hour without a word.

namespace noteload::mapping {

struct date_time {
    date::local_seconds clock{};                ///< as on the wall where it was written
    bool has_time = false;                      ///< false: a day, `clock` is its midnight
    std::optional<std::chrono::minutes> offset; ///< from UTC; Z is 0; nothing: local

    friend bool operator==(const date_time&, const date_time&) = default;
};
std::ostream& operator<<(std::ostream& out, const date_time& d);

enum class date_problem : std::uint8_t {
    none,
    form,     ///< not as in the grammar
    calendar, ///< a day that no calendar has, such as 2023-02-29
    clock,    ///< an hour, minute or second that no clock shows
    offset,   ///< an offset that no place on earth has
    range,    ///< a year before 1753
    no_rules, ///< with an offset, and outside 1900 to 2037
    weekday,  ///< named beside a date that is another day
    gap,      ///< a time that the zone's clocks skipped
    twice,    ///< a time that the zone's clocks showed twice
};

struct parsed_date {
    date_problem problem = date_problem::form;
    date_time value; ///< meaningless unless `problem` is `none`

    friend bool operator==(const parsed_date&, const parsed_date&) = default;
};

/// Pure; allocates nothing. `text` is trimmed already.
[[nodiscard]] parsed_date parse_date_time(std::string_view text) noexcept;

/// What is wrong with `text`, for people; `problem` is what `parse_date_time` said of it.
[[nodiscard]] std::string explain(date_problem problem, std::string_view text);

/// The same instant on the zone's wall, without an offset. A value without an offset is returned
/// as it is: it is local to the organisation already.
[[nodiscard]] date_time in_zone(const date_time& from, const date::time_zone& zone);

/// A local time of `zone` on the wall of `to`, for a value with a time and without an offset. Where
/// `to` is null only what can be known is looked at, and the value is returned as it is. `gap`: the
/// clocks never showed that time. `twice`: they showed it twice, and `to` shows two times for it.
[[nodiscard]] parsed_date from_zone(const date_time& from, const date::time_zone& zone,
                                    const date::time_zone* to);

using date_buffer = std::array<char, 20>;

/// `2019-03-04` or `2019-03-04T12:00:00`, without the offset; the view is into `buffer`.
[[nodiscard]] std::string_view write_date_time(const date_time& from, date_buffer& buffer);

/// The zone by its IANA name, for the program's life; null where this machine does not know it.
[[nodiscard]] const date::time_zone* find_zone(const std::string& name);

} // namespace noteload::mapping
