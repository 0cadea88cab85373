#include "noteload/delivery/note_list.hpp"

#include "json_fields.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace noteload::delivery {

namespace {

namespace chrono = std::chrono;

/// Reads fixed-width pieces from the front of a text, and remembers whether anything was wrong.
class scanner {
public:
    explicit scanner(std::string_view text) : rest_(text) {}

    /// Exactly that many digits.
    int number(std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            value = value * 10 + digit();
        }
        return value;
    }
    /// One to nine digits behind a decimal point.
    chrono::nanoseconds fraction() {
        int value = digit();
        for (int i = 1; i < 9; ++i) {
            value = value * 10 + (next_is_digit() ? digit() : 0);
        }
        return chrono::nanoseconds(value);
    }
    bool take(char c) {
        const bool there = rest_.starts_with(c);
        rest_.remove_prefix(there ? 1 : 0);
        return there;
    }
    void need(char c) { good_ = take(c) && good_; }
    void need(bool condition) { good_ = condition && good_; }
    [[nodiscard]] bool done() const { return good_ && rest_.empty(); }

private:
    [[nodiscard]] bool next_is_digit() const {
        return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }
    int digit() {
        if (!next_is_digit()) {
            good_ = false;
            return 0;
        }
        const int value = rest_.front() - '0';
        rest_.remove_prefix(1);
        return value;
    }

    std::string_view rest_;
    bool good_ = true;
};

/// From UTC; nothing there is UTC.
chrono::minutes read_offset(scanner& in) {
    const bool west = in.take('-');
    if (!west && !in.take('+')) {
        in.take('Z');
        return chrono::minutes(0);
    }
    const chrono::hours hours(in.number(2));
    in.take(':');
    const auto offset = hours + chrono::minutes(in.number(2));
    in.need(offset <= chrono::hours(14));
    return west ? -offset : offset;
}

/// A day of UTC and a time from its beginning, which an offset may have moved out of the day.
struct day_and_time {
    chrono::year_month_day day;
    chrono::system_clock::duration time;
};

std::optional<day_and_time> read_day_and_time(std::string_view text) {
    scanner in(trimmed(text));
    const int year = in.number(4);
    in.need('-');
    const int month = in.number(2);
    in.need('-');
    const int day = in.number(2);
    in.need('T');
    const int hour = in.number(2);
    in.need(':');
    const int minute = in.number(2);
    in.need(':');
    const int second = in.number(2);
    const auto fraction = in.take('.') ? in.fraction() : chrono::nanoseconds(0);
    const auto offset = read_offset(in);
    const auto date = chrono::year(year) / chrono::month(static_cast<unsigned>(month)) /
                      chrono::day(static_cast<unsigned>(day));
    if (!in.done() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    return day_and_time{date, chrono::hours(hour) + chrono::minutes(minute) +
                                  chrono::seconds(second) - offset +
                                  chrono::floor<chrono::system_clock::duration>(fraction)};
}

constexpr auto first_year = chrono::year(1970);
constexpr auto last_year = chrono::year(2261); // 64 bits of nanoseconds end in 2262

} // namespace

std::optional<note_page> read_note_page(std::string_view body) {
    const auto root = parsed(body);
    dom::array rows;
    if (!root || (root->get(rows) != simdjson::SUCCESS &&
                  root->at_key("list").get(rows) != simdjson::SUCCESS)) {
        return std::nullopt;
    }
    note_page page;
    for (const auto row : rows) {
        dom::object object;
        auto note = row.get(object) == simdjson::SUCCESS ? contact_note_in(object) : std::nullopt;
        if (!note) {
            return std::nullopt;
        }
        page.list.push_back(*std::move(note));
    }
    std::int64_t total = 0;
    if (root->at_key("total").get(total) == simdjson::SUCCESS && total >= 0) {
        page.total = total;
    }
    return page;
}

std::optional<chrono::system_clock::time_point> read_server_time(std::string_view text) {
    const auto at = read_day_and_time(text);
    if (!at || at->day.year() < first_year || at->day.year() > last_year) {
        return std::nullopt;
    }
    return chrono::system_clock::time_point(chrono::sys_days(at->day)) + at->time;
}

std::optional<chrono::system_clock::time_point> read_time_made(std::string_view text) {
    const auto at = read_day_and_time(text);
    return at && at->day.year() < first_year ? chrono::system_clock::time_point{}
                                             : read_server_time(text);
}

std::string by_contact_path(std::int64_t contact_id, std::int64_t skip, std::int64_t take) {
    return fmt::format("/api/ContactNote/ByContact/{}?sortBy=Id&descending=true&skip={}&take={}",
                       contact_id, skip, take);
}

std::string note_path(std::int64_t note_id) {
    return fmt::format("/api/ContactNote/{}", note_id);
}

} // namespace noteload::delivery
