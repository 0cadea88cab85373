#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/record.hpp"

// What a mapping changed or decided in rows that are sent: counted, so that it is never silent.

namespace noteload::mapping {

enum class notice : std::uint8_t {
    note_truncated, ///< shortened to `max_length`
    picture_left_out,
    type_otherwise, ///< an unknown type became `otherwise`
    date_completed, ///< a year or month alone became its first day
};
inline constexpr std::size_t notice_count = 4;

/// `note_truncated` and so on: public words, as the reasons are.
[[nodiscard]] std::string_view to_word(notice n) noexcept;

/// How the dates of a format with a month in figures could be read with month and day exchanged.
struct exchange_tally {
    std::uint64_t only_exchanged = 0; ///< invalid as written, a date when exchanged
    std::uint64_t only_as_written = 0;
    std::uint64_t either = 0; ///< both are dates, and different ones
    std::vector<place> first; ///< of `only_exchanged`, up to three

    friend bool operator==(const exchange_tally&, const exchange_tally&) = default;
};

class notices {
public:
    static constexpr std::size_t most_places = 3;
    struct entry {
        std::uint64_t rows = 0;
        std::vector<place> first; ///< up to `most_places`
    };

    void add(notice n, const place& at);
    /// What was noticed in later rows, whose places count from `before` on.
    void add(const notices& later, const place& before);
    [[nodiscard]] const entry& of(notice n) const noexcept {
        return entries_[static_cast<std::size_t>(n)];
    }
    exchange_tally exchange;

private:
    std::array<entry, notice_count> entries_;
};

/// One thing to tell, for people and programs.
struct told_notice {
    std::string word; ///< a fixed word: a `notice`'s, or `day_month_exchanged`
    std::uint64_t rows = 0;
    std::string text; ///< what happened, and what to do where something is wrong
    std::vector<place> first;
};

/// All that there is to tell; empty where the mapping changed nothing.
[[nodiscard]] std::vector<told_notice> tell(const notices& n);

} // namespace noteload::mapping
