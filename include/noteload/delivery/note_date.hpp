#pragma once

#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace noteload::delivery {

/// How far one field of a shown note bears out what was sent.
enum class agreement : std::uint8_t {
    agrees,
    unsure,  ///< missing, unreadable, or as the server may have changed it
    differs, ///< surely
};
std::ostream& operator<<(std::ostream& out, agreement a);

/// The date we sent (`2019-03-04` or `2019-03-04T12:00:00`; empty: none, which agrees with all)
/// against `noteDate` as shown: `10/4/2017`, `10/4/2017 12:00:00 PM`, `4.10.2017`, `2017-10-04`,
/// `2017-10-04T00:00:00`. Only the day is compared: servers shift and drop times of day.
///
/// The organisation's culture is unknown, so `3/4/2019` is read both as 4 March and as 3 April, and
/// agrees when either is ours. That is the lenient side, and a note taken for another row's would
/// be lost: it is safe because `twin_hash` leaves the date out, so a row whose date is ours with
/// month and day exchanged is a twin, and two such rows are never settled by one note.
///
/// `unsure`: not readable (month names, two-digit years, none at all), and a day before or after
/// ours, which a conversion through UTC midnight makes. It settles nothing by itself, neither that
/// the note is ours nor that it is not.
[[nodiscard]] agreement compare_dates(std::string_view ours, std::string_view theirs);

} // namespace noteload::delivery
