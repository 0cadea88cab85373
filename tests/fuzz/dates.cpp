// Dates: what a pattern accepts is a way to write the date that it gives, as a slow reference says,
// and every way to write a date is accepted. Nothing is out of range.

#include <cctype>
#include <cstdio>
#include <vector>

#include "noteload/mapping/date_format.hpp"
#include "pieces_of.hpp"

using namespace noteload::mapping;
using noteload::source::test::choices;
using noteload::source::test::demand;

namespace {

constexpr const char* months[] = {"January",   "February", "March",    "April",
                                  "May",       "June",     "July",     "August",
                                  "September", "October",  "November", "December"};
constexpr const char* weekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                    "Thursday", "Friday", "Saturday"};
using texts = std::vector<std::string>;

std::string padded(int value, int digits) {
    char out[16];
    std::snprintf(out, sizeof out, "%0*d", digits, value);
    return out;
}

texts short_or_long(int value) {
    return value < 10 ? texts{padded(value, 2), padded(value, 1)} : texts{padded(value, 2)};
}

texts names(const std::string& whole) {
    texts out = {whole, whole.substr(0, 3)};
    if (whole == "September") {
        out.push_back("Sept");
    }
    return out;
}

texts offsets(std::optional<std::chrono::minutes> offset) {
    if (!offset) {
        return {};
    }
    const auto size = static_cast<int>(std::abs(offset->count()));
    const auto hh = padded(size / 60, 2);
    const auto mm = padded(size % 60, 2);
    texts out;
    for (const std::string sign : {"+", "-"}) {
        if (size == 0 || sign == (offset->count() < 0 ? "-" : "+")) {
            out.push_back(sign + hh + ":" + mm);
            out.push_back(sign + hh + mm);
            if (size % 60 == 0) {
                out.push_back(sign + hh);
            }
        }
    }
    if (size == 0) {
        out.emplace_back("Z");
    }
    return out;
}

/// Every way to write what the directive stands for, but for the case of letters and `%f`.
texts ways_to_write(char what, const date_time& d) {
    const auto days = date::floor<date::days>(d.clock);
    const date::year_month_day ymd{days};
    const date::hh_mm_ss time{d.clock - days};
    const auto year = static_cast<int>(ymd.year());
    const auto hour = static_cast<int>(time.hours().count());
    switch (what) {
        case 'Y':
            return {padded(year, 4)};
        case 'y':
            return {padded(year % 100, 2)};
        case 'm':
            return short_or_long(static_cast<int>(static_cast<unsigned>(ymd.month())));
        case 'b':
        case 'B':
            return names(months[static_cast<unsigned>(ymd.month()) - 1]);
        case 'd':
        case 'e':
            return short_or_long(static_cast<int>(static_cast<unsigned>(ymd.day())));
        case 'a':
        case 'A':
            return names(weekdays[date::weekday{days}.c_encoding()]);
        case 'H':
            return short_or_long(hour);
        case 'I':
            return short_or_long(hour % 12 == 0 ? 12 : hour % 12);
        case 'M':
            return {padded(static_cast<int>(time.minutes().count()), 2)};
        case 'S':
            return {padded(static_cast<int>(time.seconds().count()), 2)};
        case 'p':
            return hour < 12 ? texts{"AM", "a.m."} : texts{"PM", "p.m."};
        case 'z':
            return offsets(d.offset);
        default:
            return {"%"};
    }
}

std::string spelled_out(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char what = pattern[i] == '%' && i + 1 < pattern.size() ? pattern[++i] : '\0';
        out += what == 'D'   ? "%m/%d/%y"
               : what == 'F' ? "%Y-%m-%d"
               : what == 'T' ? "%H:%M:%S"
               : what == 'R' ? "%H:%M"
               : what != 0   ? std::string("%") + what
                             : std::string(1, pattern[i]);
    }
    return out;
}

bool same_letters(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return std::tolower(static_cast<unsigned char>(x)) ==
                      std::tolower(static_cast<unsigned char>(y));
           });
}

/// Whether `text` is one of the ways to write `d`: all of them are tried.
bool writes(std::string_view text, std::string_view pattern, const date_time& d) {
    if (pattern.empty()) {
        return text.empty();
    }
    if (pattern[0] == '%') {
        const auto rest = pattern.substr(2);
        if (pattern[1] == 'f') {
            for (std::size_t n = 1;
                 n <= text.size() && std::isdigit(static_cast<unsigned char>(text[n - 1])) != 0;
                 ++n) {
                if (writes(text.substr(n), rest, d)) {
                    return true;
                }
            }
            return false;
        }
        for (const auto& way : ways_to_write(pattern[1], d)) {
            if (same_letters(text.substr(0, way.size()), way) &&
                writes(text.substr(way.size()), rest, d)) {
                return true;
            }
        }
        return false;
    }
    if (pattern[0] == ' ') {
        for (std::size_t n = 1; n <= text.size() && (text[n - 1] == ' ' || text[n - 1] == '\t');
             ++n) {
            if (writes(text.substr(n), pattern.substr(1), d)) {
                return true;
            }
        }
        return false;
    }
    return !text.empty() && same_letters(text.substr(0, 1), pattern.substr(0, 1)) &&
           writes(text.substr(1), pattern.substr(1), d);
}

/// One of these is how an ISO date is written.
constexpr const char* iso_patterns[] = {"%F",       "%FT%R",      "%F %R",     "%FT%T",   "%F %T",
                                        "%FT%T.%f", "%F %T.%f",   "%FT%R%z",   "%F %R%z", "%FT%T%z",
                                        "%F %T%z",  "%FT%T.%f%z", "%F %T.%f%z"};

void demand_in_range(const date_time& d) {
    const auto days = date::floor<date::days>(d.clock);
    const auto year = static_cast<int>(date::year_month_day{days}.year());
    demand(year >= 1753 && year <= 9999, "the year is one that the server can hold");
    demand(d.has_time || d.clock == days, "a day begins at midnight");
    demand(!d.offset || (std::abs(d.offset->count()) <= 14 * 60 && year >= 1900 && year <= 2037),
           "an offset is one of the world's, where its rules are known");
    date_buffer buffer;
    const auto written = write_date_time(d, buffer);
    date_time local = d;
    local.offset = std::nullopt;
    const auto again = parse_date_time(written);
    demand(again.problem == date_problem::none && again.value == local,
           "it is written as it was read");
}

void demand_way_to_write(std::string_view pattern, const date_format& format, std::string_view text,
                         int pivot) {
    const auto got = format.match(text, pivot);
    demand(got == format.match(text, pivot), "a text is read in one way");
    if (got.problem != date_problem::none) {
        demand(!explain(got.problem, text).empty(), "it is said what is wrong");
        return;
    }
    demand_in_range(got.value);
    bool found = false;
    if (format.is_iso()) {
        for (const auto* iso : iso_patterns) {
            found = found || writes(text, spelled_out(iso), got.value);
        }
    } else {
        found = writes(text, spelled_out(pattern), got.value);
    }
    demand(found, "what is accepted is a way to write the date");
}

/// A name before other letters is not told from them.
bool runs_on(std::string_view pattern) {
    for (std::size_t i = 0; i + 2 < pattern.size(); ++i) {
        const bool name = pattern[i] == '%' &&
                          std::string_view("aAbB").find(pattern[i + 1]) != std::string_view::npos;
        const char behind = pattern[i + 2];
        if (name && (behind == '%' || std::isalpha(static_cast<unsigned char>(behind)) != 0)) {
            return true;
        }
        i += pattern[i] == '%' ? 1 : 0;
    }
    return false;
}

/// A way to write `d` that no neighbouring figures make ambiguous.
std::string written(std::string_view pattern, const date_time& d, choices& choose) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '%') {
            out += pattern[i];
            continue;
        }
        const char what = pattern[++i];
        const bool alone = i + 1 == pattern.size() ||
                           (pattern[i + 1] != '%' &&
                            std::isdigit(static_cast<unsigned char>(pattern[i + 1])) == 0 &&
                            std::isalpha(static_cast<unsigned char>(pattern[i + 1])) == 0 &&
                            pattern[i + 1] != ':');
        const auto ways = what == 'f' ? texts{"5"} : ways_to_write(what, d);
        out += ways[alone && !ways.empty() ? choose.next(ways.size()) : 0];
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    choices choose(data, size);
    const int pivot = 1900 + static_cast<int>(choose.next(200));
    const auto seconds = static_cast<std::int64_t>(choose.next(256)) << 24 |
                         static_cast<std::int64_t>(choose.next(256)) << 16 |
                         static_cast<std::int64_t>(choose.next(256)) << 8 |
                         static_cast<std::int64_t>(choose.next(256));
    const std::string rest = choose.rest();
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string pattern = rest.substr(0, end);
    const std::string text = rest.substr(std::min(end + 1, rest.size()));

    demand_way_to_write("iso", *date_format::compile("iso"), text, pivot);
    if (const auto part = parse_partial_date(text); part.problem == date_problem::none) {
        demand_in_range(part.value);
    }
    const auto format = date_format::compile(pattern);
    if (!format) {
        demand(!format.error().message.empty(), "it is said what is wrong with a pattern");
        return 0;
    }
    demand_way_to_write(pattern, *format, text, pivot);
    if (format->is_iso()) {
        return 0;
    }
    const auto exchanged = format->exchanged();
    demand(!exchanged || exchanged->exchanged() == *format,
           "to exchange twice is to leave as it is");

    // 60 s steps from 1900 on: whatever the pattern can hold of it has to come back.
    const auto plain = spelled_out(pattern);
    const auto has = [&](const char* what) { return plain.find(what) != std::string::npos; };
    if (!format->is_whole() || has("%%") || has("%f") || runs_on(plain)) {
        return 0;
    }
    date_time d{.clock = date::local_seconds{date::local_days{date::year{1900} / 1 / 1}}};
    d.clock += std::chrono::seconds{seconds};
    d.has_time = has("%H") || has("%I");
    const auto days = date::floor<date::days>(d.clock);
    d.clock = !d.has_time ? date::local_seconds{days}
              : has("%S") ? d.clock
                          : date::floor<std::chrono::minutes>(d.clock);
    if (d.has_time && !has("%M")) {
        d.clock = date::floor<std::chrono::hours>(d.clock);
    }
    if (has("%z")) {
        d.offset = std::chrono::minutes{-14 * 60 + static_cast<int>(seconds % 1681)};
    }
    const auto year = static_cast<int>(date::year_month_day{days}.year());
    if (format->needs_pivot() && (year < pivot || year > pivot + 99)) {
        return 0;
    }
    const auto got = format->match(written(plain, d, choose), pivot);
    demand(got.problem == date_problem::none && got.value == d, "a date that was written is read");
    return 0;
}
