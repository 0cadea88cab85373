#include "noteload/mapping/notices.hpp"

#include <fmt/format.h>

#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

struct words {
    std::string_view word;
    std::string_view one;
    std::string_view many;
};

constexpr std::array<words, notice_count> table = {
    words{"note_truncated", "note is shortened to max_length; its end says so",
          "notes are shortened to max_length; their ends say so"},
    {"picture_left_out", "note lost a picture; a mark stands in its place",
     "notes lost pictures; marks stand in their place"},
    {"type_otherwise", "note has a type that is not in the mapping and takes the one of otherwise",
     "notes have a type that is not in the mapping and take the one of otherwise"},
    {"date_completed", "note has a year or month for a date and takes its first day",
     "notes have a year or month for a date and take its first day"},
};

void add_places(std::vector<place>& to, const std::vector<place>& later, const place& before) {
    for (const auto& at : later) {
        if (to.size() < notices::most_places) {
            to.push_back(behind(at, before));
        }
    }
}

} // namespace

std::string_view to_word(notice n) noexcept {
    return table[static_cast<std::size_t>(n)].word;
}

void notices::add(notice n, const place& at) {
    auto& e = entries_[static_cast<std::size_t>(n)];
    ++e.rows;
    if (e.first.size() < most_places) {
        e.first.push_back(at);
    }
}

void notices::add(const notices& later, const place& before) {
    for (std::size_t i = 0; i < notice_count; ++i) {
        entries_[i].rows += later.entries_[i].rows;
        add_places(entries_[i].first, later.entries_[i].first, before);
    }
    exchange.only_exchanged += later.exchange.only_exchanged;
    exchange.only_as_written += later.exchange.only_as_written;
    exchange.either += later.exchange.either;
    add_places(exchange.first, later.exchange.first, before);
}

std::vector<told_notice> tell(const notices& n) {
    std::vector<told_notice> out;
    for (std::size_t i = 0; i < notice_count; ++i) {
        const auto& e = n.of(static_cast<notice>(i));
        if (e.rows > 0) {
            out.push_back({.word = std::string(table[i].word),
                           .rows = e.rows,
                           .text = fmt::format("{} {}", with_thousands(e.rows),
                                               e.rows == 1 ? table[i].one : table[i].many),
                           .first = e.first});
        }
    }
    if (const auto& x = n.exchange; x.only_exchanged > 0) {
        out.push_back(
            {.word = "day_month_exchanged",
             .rows = x.only_exchanged,
             .text = fmt::format(
                 "{} only with day and month exchanged; {} only as the format says, and {} can be "
                 "read both ways. {}",
                 counted(x.only_exchanged, "date") + (x.only_exchanged == 1 ? " fits" : " fit"),
                 counted(x.only_as_written, "date") + (x.only_as_written == 1 ? " fits" : " fit"),
                 with_thousands(x.either),
                 x.only_as_written == 0
                     ? "The format very likely has day and month exchanged: look at %m and %d"
                     : "The file holds dates of both kinds: those that can be read both ways may "
                       "be wrong. Look at where they come from"),
             .first = x.first});
    }
    return out;
}

} // namespace noteload::mapping
