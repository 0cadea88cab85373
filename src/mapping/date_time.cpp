#include "noteload/mapping/date_time.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <ostream>
#include <stdexcept>

namespace noteload::mapping {

namespace {

// fmt takes several times as long, and every row has a date.

char* put(char* out, char c) {
    *out = c;
    return out + 1;
}

/// 0 to 99, as two digits.
char* put_two(char* out, unsigned n) {
    return put(put(out, static_cast<char>('0' + n / 10)), static_cast<char>('0' + n % 10));
}

} // namespace

date_time in_zone(const date_time& from, const date::time_zone& zone) {
    if (!from.offset) {
        return from;
    }
    const date::sys_seconds instant{from.clock.time_since_epoch() - *from.offset};
    return {.clock = zone.to_local(instant), .has_time = from.has_time, .offset = std::nullopt};
}

parsed_date from_zone(const date_time& from, const date::time_zone& zone,
                      const date::time_zone* to) {
    using namespace date::literals;
    const auto year = date::year_month_day{date::floor<date::days>(from.clock)}.year();
    if (year < 1900_y || year > 2037_y) {
        const bool same = to == &zone || to == nullptr;
        return {same ? date_problem::none : date_problem::no_rules, from};
    }
    const auto info = zone.get_info(from.clock);
    if (info.result == date::local_info::nonexistent) {
        return {date_problem::gap, from};
    }
    if (to == &zone || to == nullptr) {
        return {date_problem::none, from};
    }
    const auto on_wall = [&](const date::sys_info& as) {
        const date::sys_seconds instant{from.clock.time_since_epoch() - as.offset};
        return to->to_local(instant);
    };
    const auto first = on_wall(info.first);
    if (info.result == date::local_info::ambiguous && on_wall(info.second) != first) {
        return {date_problem::twice, from};
    }
    return {date_problem::none, {.clock = first, .has_time = true, .offset = std::nullopt}};
}

std::string_view write_date_time(const date_time& from, date_buffer& buffer) {
    const auto midnight = date::floor<date::days>(from.clock);
    const date::year_month_day day{midnight};
    const auto year = static_cast<unsigned>(static_cast<int>(day.year()));
    char* end = put_two(put_two(buffer.data(), year / 100), year % 100);
    end = put_two(put(end, '-'), static_cast<unsigned>(day.month()));
    end = put_two(put(end, '-'), static_cast<unsigned>(day.day()));
    if (from.has_time) {
        const auto second = static_cast<unsigned>((from.clock - midnight).count());
        end = put_two(put(end, 'T'), second / 3600);
        end = put_two(put(end, ':'), second / 60 % 60);
        end = put_two(put(end, ':'), second % 60);
    }
    return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

std::ostream& operator<<(std::ostream& out, const date_time& d) {
    date_buffer buffer;
    out << write_date_time(d, buffer);
    if (d.offset) {
        out << fmt::format(" and {} min from UTC", d.offset->count());
    }
    return out;
}

const date::time_zone* find_zone(const std::string& name) {
    try {
        const auto* zone = date::locate_zone(name);
        // Zones are loaded when first used: a broken file must show now, not at some row.
        static_cast<void>(zone->get_info(date::sys_seconds{}));
        return zone;
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

} // namespace noteload::mapping
