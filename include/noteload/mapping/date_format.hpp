#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/mapping/date_time.hpp"

namespace noteload::mapping {

/// A date's form in the words of strftime, read strictly: the whole text must fit.
///
///     %Y  four digits          %y  two digits, see `pivot`     %m %d  one or two digits (also %e)
///     %b %B  the month's English name, short or long           %a %A  the weekday's, which must
///     %H %I  one or two digits  %M %S  two digits                     be the date's
///     %p  AM, PM, a.m., p.m.   %f  digits of a second          %z  Z, +hh:mm, +hhmm, +hh
///     %D = %m/%d/%y  %F = %Y-%m-%d  %T = %H:%M:%S  %R = %H:%M  %%  a per cent sign
///
/// A blank stands for one or more; letters are compared without case; all else is itself. The word
/// `iso` is the grammar of `parse_date_time`.
class date_format {
public:
    /// Fails (`errc::usage`) with what is wrong with the pattern and what to do.
    [[nodiscard]] static result<date_format> compile(std::string_view pattern);

    /// Pure; allocates nothing. `text` is trimmed. Years of two digits lie from `pivot` to 99
    /// later. A form without a day, or without a month, gives the first.
    [[nodiscard]] parsed_date match(std::string_view text, int pivot) const noexcept;

    /// Month and day exchanged; nothing where the month is not a number.
    [[nodiscard]] std::optional<date_format> exchanged() const;

    [[nodiscard]] bool is_whole() const noexcept; ///< has a year, a month and a day
    [[nodiscard]] bool needs_pivot() const noexcept;
    [[nodiscard]] bool is_iso() const noexcept { return steps_.empty(); }

    friend bool operator==(const date_format&, const date_format&) = default;

private:
    struct step {
        char what = 0; ///< the letter of the directive; 0: `literal`
        char literal = 0;
        friend bool operator==(const step&, const step&) = default;
    };

    [[nodiscard]] bool has(char what) const noexcept;
    [[nodiscard]] std::optional<failure> complain(std::string_view pattern) const;

    std::vector<step> steps_; // empty: iso
};

/// A year (`2009`) or a month (`2009-03`) as its first day; anything else is `form`.
[[nodiscard]] parsed_date parse_partial_date(std::string_view text) noexcept;

} // namespace noteload::mapping
