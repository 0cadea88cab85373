// How a date_format reads a text.

#include <array>
#include <chrono>
#include <span>

#include "noteload/mapping/date_format.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

constexpr std::array<std::string_view, 12> months = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> weekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                      "thursday", "friday", "saturday"};

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What the directives found; a time is there where `hour` is.
struct parts {
    int year = 0;
    int month = 1;
    int day = 1;
    int hour = -1;
    int minute = 0;
    int second = 0;
    int weekday = -1;
    bool half_day = false;
    bool afternoon = false;
    std::optional<std::chrono::minutes> offset;
};

/// Takes a text apart from the left; a step that does not fit answers false or nothing.
class cursor {
public:
    explicit cursor(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    bool literal(char c) {
        if (c == ' ') {
            const auto before = rest_.size();
            while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
                rest_.remove_prefix(1);
            }
            return rest_.size() != before;
        }
        if (rest_.empty() || !equal_without_case(rest_.substr(0, 1), {&c, 1})) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    /// From `least` to `most` digits; nothing where there are fewer.
    std::optional<int> number(std::size_t least, std::size_t most) {
        int value = 0;
        std::size_t n = 0;
        while (n < most && n < rest_.size() && is_digit(rest_[n])) {
            value = value * 10 + (rest_[n] - '0');
            ++n;
        }
        if (n < least) {
            return std::nullopt;
        }
        rest_.remove_prefix(n);
        return value;
    }

    bool digits() {
        const auto before = rest_.size();
        while (!rest_.empty() && is_digit(rest_.front())) {
            rest_.remove_prefix(1);
        }
        return rest_.size() != before;
    }

    /// Which of the names stands there, whole or by its first three letters (September by four
    /// too).
    std::optional<int> name(std::span<const std::string_view> names) {
        std::size_t n = 0;
        while (n < rest_.size() && is_letter(rest_[n])) {
            ++n;
        }
        const auto word = rest_.substr(0, n);
        for (std::size_t i = 0; i < names.size(); ++i) {
            const bool is_short = n == 3 || (n == 4 && names[i] == "september");
            if (equal_without_case(word, is_short ? names[i].substr(0, n) : names[i])) {
                rest_.remove_prefix(n);
                return static_cast<int>(i);
            }
        }
        return std::nullopt;
    }

    /// True for the afternoon.
    std::optional<bool> half_day() {
        for (const auto word : {"a.m.", "am", "p.m.", "pm"}) {
            const std::string_view w(word);
            if (equal_without_case(rest_.substr(0, w.size()), w)) {
                rest_.remove_prefix(w.size());
                return w.front() == 'p';
            }
        }
        return std::nullopt;
    }

    std::optional<std::chrono::minutes> offset() {
        if (literal('Z')) {
            return std::chrono::minutes{0};
        }
        const bool west = !rest_.empty() && rest_.front() == '-';
        if (!west && (rest_.empty() || rest_.front() != '+')) {
            return std::nullopt;
        }
        rest_.remove_prefix(1);
        const auto hours = number(2, 2);
        const bool colon = literal(':');
        const auto minutes = number(2, 2);
        if (!hours || (colon && !minutes) || minutes.value_or(0) > 59) {
            return std::nullopt;
        }
        const auto size = std::chrono::hours{*hours} + std::chrono::minutes{minutes.value_or(0)};
        return west ? -size : size;
    }

private:
    std::string_view rest_;
};

/// Stores what was found; false where nothing was.
bool put(int& into, std::optional<int> found, int plus = 0) {
    into = found ? *found + plus : into;
    return found.has_value();
}

bool take(cursor& in, char what, int pivot, parts& p) {
    switch (what) {
        case 'Y':
            return put(p.year, in.number(4, 4));
        case 'y': {
            const auto two = in.number(2, 2);
            const int century = pivot - pivot % 100;
            return put(p.year, two, two && *two < pivot % 100 ? century + 100 : century);
        }
        case 'm':
            return put(p.month, in.number(1, 2));
        case 'b':
        case 'B':
            return put(p.month, in.name(months), 1);
        case 'd':
            return put(p.day, in.number(1, 2));
        case 'a':
        case 'A':
            return put(p.weekday, in.name(weekdays));
        case 'H':
            return put(p.hour, in.number(1, 2));
        case 'I':
            p.half_day = true;
            return put(p.hour, in.number(1, 2));
        case 'M':
            return put(p.minute, in.number(2, 2));
        case 'S':
            return put(p.second, in.number(2, 2));
        case 'f':
            return in.digits();
        case 'p': {
            const auto half = in.half_day();
            p.afternoon = half.value_or(false);
            return half.has_value();
        }
        case 'z':
            p.offset = in.offset();
            return p.offset.has_value();
        default:
            return false;
    }
}

date_problem put_together(const parts& p, date_time& out) {
    const auto ymd = date::year{p.year} / p.month / p.day;
    if (!ymd.ok()) {
        return date_problem::calendar;
    }
    if (p.year < 1753) {
        return date_problem::range;
    }
    const date::local_days day{ymd};
    if (p.weekday >= 0 && date::weekday{day}.c_encoding() != static_cast<unsigned>(p.weekday)) {
        return date_problem::weekday;
    }
    out.clock = day;
    out.has_time = p.hour >= 0;
    if (!out.has_time) {
        return date_problem::none;
    }
    const bool hour_ok = p.half_day ? p.hour >= 1 && p.hour <= 12 : p.hour <= 23;
    if (!hour_ok || p.minute > 59 || p.second > 59) {
        return date_problem::clock;
    }
    const int hour = p.half_day ? p.hour % 12 + (p.afternoon ? 12 : 0) : p.hour;
    out.clock +=
        std::chrono::hours{hour} + std::chrono::minutes{p.minute} + std::chrono::seconds{p.second};
    out.offset = p.offset;
    if (p.offset && (*p.offset > std::chrono::hours{14} || *p.offset < -std::chrono::hours{14})) {
        return date_problem::offset;
    }
    return p.offset && (p.year < 1900 || p.year > 2037) ? date_problem::no_rules
                                                        : date_problem::none;
}

} // namespace

parsed_date date_format::match(std::string_view text, int pivot) const noexcept {
    if (is_iso()) {
        return parse_date_time(text);
    }
    parsed_date out;
    parts p;
    cursor in(text);
    for (const auto& s : steps_) {
        if (s.what == 0 ? !in.literal(s.literal) : !take(in, s.what, pivot, p)) {
            return out;
        }
    }
    if (in.at_end()) {
        out.problem = put_together(p, out.value);
    }
    return out;
}

parsed_date parse_partial_date(std::string_view text) noexcept {
    parsed_date out;
    parts p;
    cursor in(text);
    const bool year = put(p.year, in.number(4, 4));
    const bool month = year && !in.at_end() && in.literal('-') && put(p.month, in.number(2, 2));
    if (year && in.at_end() && (month || text.size() == 4)) {
        out.problem = put_together(p, out.value);
    }
    return out;
}

} // namespace noteload::mapping
