#include "noteload/mapping/date_time.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

/// Takes a value apart from the left. A step that does not find what it wants answers false or
/// nothing and stays where it is.
class scanner {
public:
    explicit scanner(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    bool take(char c) {
        const bool there = rest_.starts_with(c);
        rest_.remove_prefix(there ? 1 : 0);
        return there;
    }

    template <std::size_t digits>
    std::optional<int> number() {
        if (rest_.size() < digits) {
            return std::nullopt;
        }
        unsigned value = 0;
        bool good = true;
        for (std::size_t i = 0; i < digits; ++i) {
            const auto digit = static_cast<unsigned char>(rest_[i]) - unsigned{'0'};
            good &= digit <= 9;
            value = value * 10 + digit;
        }
        if (!good) {
            return std::nullopt;
        }
        rest_.remove_prefix(digits);
        return static_cast<int>(value);
    }

    /// One digit or more.
    bool skip_digits() {
        const auto before = rest_.size();
        while (!rest_.empty() && is_digit(rest_.front())) {
            rest_.remove_prefix(1);
        }
        return rest_.size() != before;
    }

private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    std::string_view rest_;
};

constexpr std::chrono::minutes largest_offset = std::chrono::hours{14};

date_problem scan_day(scanner& in, date_time& out) {
    const auto year = in.number<4>();
    if (!year || !in.take('-')) {
        return date_problem::form;
    }
    const auto month = in.number<2>();
    if (!month || !in.take('-')) {
        return date_problem::form;
    }
    const auto day = in.number<2>();
    if (!day) {
        return date_problem::form;
    }
    const auto ymd = date::year{*year} / *month / *day;
    if (!ymd.ok()) {
        return date_problem::calendar;
    }
    out.clock = date::local_days{ymd};
    return *year < 1753 ? date_problem::range : date_problem::none;
}

date_problem scan_clock(scanner& in, date_time& out) {
    const auto hour = in.number<2>();
    const bool colon = in.take(':');
    const auto minute = in.number<2>();
    if (!hour || !colon || !minute) {
        return date_problem::form;
    }
    int second = 0;
    if (in.take(':')) {
        const auto seconds = in.number<2>();
        if (!seconds || (in.take('.') && !in.skip_digits())) {
            return date_problem::form;
        }
        second = *seconds;
    }
    if (*hour > 23 || *minute > 59 || second > 59) {
        return date_problem::clock;
    }
    out.has_time = true;
    out.clock +=
        std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{second};
    return date_problem::none;
}

date_problem scan_offset(scanner& in, date_time& out) {
    if (in.take('Z')) {
        out.offset = std::chrono::minutes{0};
        return date_problem::none;
    }
    const bool west = in.take('-');
    if (!west && !in.take('+')) {
        return date_problem::form;
    }
    const auto hours = in.number<2>();
    const bool colon = in.take(':');
    const auto minutes = in.number<2>();
    if (!hours || (colon && !minutes)) {
        return date_problem::form;
    }
    const auto size = std::chrono::hours{*hours} + std::chrono::minutes{minutes.value_or(0)};
    if (minutes.value_or(0) > 59 || size > largest_offset) {
        return date_problem::offset;
    }
    out.offset = west ? -size : size;
    return date_problem::none;
}

bool has_rules(const date_time& d) {
    using namespace date::literals;
    const date::year_month_day day{date::floor<date::days>(d.clock)};
    return day.year() >= 1900_y && day.year() <= 2037_y;
}

date_problem scan(scanner& in, date_time& out) {
    if (const auto p = scan_day(in, out); p != date_problem::none || in.at_end()) {
        return p;
    }
    if (!in.take('T') && !in.take(' ')) {
        return date_problem::form;
    }
    if (const auto p = scan_clock(in, out); p != date_problem::none || in.at_end()) {
        return p;
    }
    if (const auto p = scan_offset(in, out); p != date_problem::none) {
        return p;
    }
    if (!in.at_end()) {
        return date_problem::form;
    }
    return has_rules(out) ? date_problem::none : date_problem::no_rules;
}

} // namespace

parsed_date parse_date_time(std::string_view text) noexcept {
    parsed_date out;
    scanner in(text);
    out.problem = scan(in, out.value);
    return out;
}

std::string explain(date_problem problem, std::string_view text) {
    const auto value = '"' + printable(text, 40) + '"';
    switch (problem) {
        case date_problem::none:
            break;
        case date_problem::form:
            return value +
                   " is not of the form 2017-10-04 or 2017-10-04T15:30:00 (Z or an offset such "
                   "as -05:00 may follow a time)";
        case date_problem::calendar:
            return value + " is not a day of the calendar";
        case date_problem::clock:
            return value + " is not a time of the day: 00:00:00 to 23:59:59";
        case date_problem::offset:
            return value + " has an offset that no place has: -14:00 to +14:00";
        case date_problem::range:
            return value + " is before the year 1753";
        case date_problem::no_rules:
            return value +
                   " cannot be converted to the organisation's time zone, whose rules are "
                   "known from 1900 to 2037: write its local time, without an offset";
        case date_problem::weekday:
            return value + " names a weekday that this date is not";
        case date_problem::gap:
            return value +
                   " was never shown by the clocks of its zone, which were put forward then";
        case date_problem::twice:
            return value +
                   " was shown twice by the clocks of its zone, which were put back then: write "
                   "which one it is, with an offset such as -05:00";
    }
    return value;
}

} // namespace noteload::mapping
