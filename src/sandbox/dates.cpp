#include "noteload/sandbox/dates.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "noteload/text.hpp"

namespace noteload::sandbox {

namespace chrono = std::chrono;

namespace {

/// Reads from the front of a text, and remembers whether anything was wrong.
class scanner {
public:
    explicit scanner(std::string_view text) : rest_(text) {}

    int number(std::size_t least, std::size_t most) {
        int value = 0;
        std::size_t digits = 0;
        while (digits < most && digits < rest_.size() && rest_[digits] >= '0' &&
               rest_[digits] <= '9') {
            value = value * 10 + (rest_[digits] - '0');
            ++digits;
        }
        good_ = good_ && digits >= least;
        rest_.remove_prefix(digits);
        return value;
    }
    bool take(char c) {
        if (!rest_.starts_with(c)) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }
    /// Up to nine digits after a decimal point, those beyond microseconds cut off.
    chrono::microseconds fraction() {
        const std::size_t before = rest_.size();
        std::int64_t value = number(1, 9);
        for (std::size_t digits = before - rest_.size(); digits > 6; --digits) {
            value /= 10;
        }
        for (std::size_t digits = before - rest_.size(); digits < 6; ++digits) {
            value *= 10;
        }
        return chrono::microseconds(value);
    }
    void fail() { good_ = false; }
    void need(char c) { good_ = take(c) && good_; }
    [[nodiscard]] bool done() const { return rest_.empty(); }
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
    bool good_ = true;
};

struct posted {
    chrono::year_month_day day{};
    chrono::microseconds time{0};
    std::optional<chrono::minutes> offset;
};

chrono::microseconds read_time(scanner& in) {
    const int hour = in.number(1, 2);
    in.need(':');
    const int minute = in.number(2, 2);
    int second = 0;
    chrono::microseconds fraction{0};
    if (in.take(':')) {
        second = in.number(2, 2);
        if (in.take('.')) {
            fraction = in.fraction();
        }
    }
    if (hour > 23 || minute > 59 || second > 59) {
        in.fail();
    }
    return chrono::hours(hour) + chrono::minutes(minute) + chrono::seconds(second) + fraction;
}

std::optional<chrono::minutes> read_offset(scanner& in) {
    if (in.take('Z') || in.take('z')) {
        return chrono::minutes(0);
    }
    const bool west = in.take('-');
    if (!west && !in.take('+')) {
        return std::nullopt;
    }
    const chrono::hours hours(in.number(2, 2));
    in.take(':');
    const chrono::minutes minutes = hours + chrono::minutes(in.number(2, 2));
    return west ? -minutes : minutes;
}

chrono::year_month_day read_day(scanner& in) {
    const bool month_first = in.rest().find('/') < 3;
    if (month_first) {
        const auto month = static_cast<unsigned>(in.number(1, 2));
        in.need('/');
        const auto day = static_cast<unsigned>(in.number(1, 2));
        in.need('/');
        return chrono::year(in.number(4, 4)) / chrono::month(month) / chrono::day(day);
    }
    const int year = in.number(4, 4);
    in.need('-');
    const auto month = static_cast<unsigned>(in.number(2, 2));
    in.need('-');
    return chrono::year(year) / chrono::month(month) /
           chrono::day(static_cast<unsigned>(in.number(2, 2)));
}

std::optional<posted> parse(std::string_view text) {
    scanner in(trimmed(text));
    posted found;
    found.day = read_day(in);
    if (!in.done() && (in.take('T') || in.take('t') || in.take(' '))) {
        found.time = read_time(in);
        found.offset = read_offset(in);
    }
    if (!in.good() || !in.done() || !found.day.ok()) {
        return std::nullopt;
    }
    return found;
}

moment instant(const posted& p) {
    return moment(chrono::sys_days(p.day)) + p.time - p.offset.value_or(chrono::minutes(0));
}

} // namespace

result<zone> zone::find(const std::string& name) {
    try {
        return zone(date::locate_zone(name));
    } catch (const std::exception& e) {
        return failure{
            errc::usage,
            fmt::format("--time-zone {}: the system knows no such time zone. Take a name "
                        "from /usr/share/zoneinfo, such as US/Arizona (package tzdata).",
                        printable(name))};
    }
}

day_number zone::day_of(moment utc) const {
    const auto local = found_->to_local(chrono::floor<chrono::seconds>(utc));
    return static_cast<day_number>(chrono::floor<chrono::days>(local.time_since_epoch()).count());
}

std::optional<day_number> posted_day(std::string_view text, const zone& place) {
    const auto found = parse(text);
    if (!found) {
        return std::nullopt;
    }
    if (found->offset) {
        return place.day_of(instant(*found));
    }
    return static_cast<day_number>(chrono::sys_days(found->day).time_since_epoch().count());
}

std::optional<moment> posted_instant(std::string_view text) {
    const auto found = parse(text);
    if (!found) {
        return std::nullopt;
    }
    return instant(*found);
}

std::string culture_date(day_number day) {
    const chrono::year_month_day date{chrono::sys_days(chrono::days(day))};
    return fmt::format("{}/{}/{}", static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()), static_cast<int>(date.year()));
}

std::string server_time(moment t, unsigned fraction_digits) {
    const auto day = chrono::floor<chrono::days>(t);
    const chrono::year_month_day date{day};
    const chrono::hh_mm_ss time{t - day};
    std::string text =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}0", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    time.hours().count(), time.minutes().count(), time.seconds().count(),
                    time.subseconds().count());
    const std::size_t dropped = 7 - std::min(fraction_digits, 7U);
    text.resize(text.size() - (dropped == 7 ? 8 : dropped));
    return text;
}

} // namespace noteload::sandbox
