#include "noteload/delivery/note_date.hpp"

#include "noteload/delivery/note_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace noteload::delivery {

namespace {

namespace chrono = std::chrono;

struct number {
    int value = 0;
    std::size_t digits = 0;
};

number take_number(std::string_view& rest) {
    number n;
    // from_chars would take a minus sign.
    const auto end = std::min(rest.find_first_not_of("0123456789"), rest.size());
    n.digits = end;
    if (end == 0 || end > 4) {
        return {0, 0};
    }
    std::from_chars(rest.data(), rest.data() + end, n.value);
    rest.remove_prefix(end);
    return n;
}

/// The three numbers of a date, with one separator between them and nothing but a time behind.
std::optional<std::array<number, 3>> read_parts(std::string_view text) {
    std::array<number, 3> parts;
    parts[0] = take_number(text);
    const char separator = text.empty() ? '\0' : text.front();
    if (parts[0].digits == 0 || std::string_view("/-.").find(separator) == std::string_view::npos) {
        return std::nullopt;
    }
    for (const std::size_t i : {1U, 2U}) {
        if (!text.starts_with(separator)) {
            return std::nullopt;
        }
        text.remove_prefix(1);
        parts[i] = take_number(text);
        if (parts[i].digits == 0) {
            return std::nullopt;
        }
    }
    const bool ended = text.empty() || text.front() == 'T' || text.front() == ' ';
    return ended ? std::optional(parts) : std::nullopt;
}

/// Every day that a date may mean: none, one or two. Years before 1753 are how .NET and SQL Server
/// say "not set".
std::vector<chrono::sys_days> readings(std::string_view text) {
    std::vector<chrono::sys_days> days;
    const auto parts = read_parts(text);
    if (!parts) {
        return days;
    }
    const auto& [a, b, c] = *parts;
    const auto add = [&days](const number& year, const number& month, const number& day) {
        if (year.digits != 4 || month.digits > 2 || day.digits > 2 || year.value < 1753) {
            return;
        }
        const auto ymd = chrono::year(year.value) /
                         chrono::month(static_cast<unsigned>(month.value)) /
                         chrono::day(static_cast<unsigned>(day.value));
        if (ymd.ok()) {
            days.emplace_back(ymd);
        }
    };
    add(a, b, c);
    add(c, a, b);
    add(c, b, a);
    return days;
}

} // namespace

std::ostream& operator<<(std::ostream& out, agreement a) {
    switch (a) {
        case agreement::agrees:
            return out << "agrees";
        case agreement::unsure:
            return out << "unsure";
        case agreement::differs:
            break;
    }
    return out << "differs";
}

agreement compare_dates(std::string_view ours, std::string_view theirs) {
    if (ours.empty()) {
        return agreement::agrees;
    }
    const auto sent = readings(ours);
    // Some cultures' dates hold direction marks.
    const auto shown = readings(fold_blanks(theirs));
    if (sent.empty() || shown.empty()) {
        return agreement::unsure;
    }
    auto found = agreement::differs;
    for (const auto day : shown) {
        const auto apart = chrono::abs(day - sent.front());
        if (apart == chrono::days(0)) {
            return agreement::agrees;
        }
        if (apart == chrono::days(1)) {
            found = agreement::unsure;
        }
    }
    return found;
}

} // namespace noteload::delivery
