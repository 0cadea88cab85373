#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "noteload/mapping/date_format.hpp"
#include "noteload/mapping/mapping_rules.hpp"
#include "noteload/mapping/notices.hpp"
#include "noteload/record.hpp"

namespace noteload::mapping {

/// What a date became.
struct mapped_date {
    std::string_view text; ///< as sent; empty: there is none
    bool completed = false;
};

/// Turns a row's date cells into the API's text, by the rules of a mapping. Not for several
/// threads.
class date_mapper {
public:
    /// The rules are those of a parsed mapping: their formats compile, and their zone is known.
    explicit date_mapper(const date_rule& rules);

    struct organization {
        bool known = false;
        const date::time_zone* zone = nullptr; ///< null: not known here
    };

    /// `cells` are those of the rule's columns, in order. A fault is appended where they are no
    /// date. The text lives until the next call, and no longer than the cells. A good date costs no
    /// allocation once the longest was seen.
    [[nodiscard]] mapped_date map(const std::vector<const cell*>& cells, const organization& to,
                                  std::vector<fault>& faults);

    /// Of the last date, for the tally.
    [[nodiscard]] bool fits_only_exchanged() const noexcept { return only_exchanged_; }
    [[nodiscard]] bool fits_exchanged_too() const noexcept { return either_; }
    [[nodiscard]] bool fits_only_as_written() const noexcept { return only_as_written_; }

private:
    [[nodiscard]] std::string_view joined(const std::vector<const cell*>& cells);
    [[nodiscard]] parsed_date parse(std::string_view text, bool& completed);
    void look_exchanged(std::string_view text, const parsed_date& found, const date_format* format);
    [[nodiscard]] std::string why(date_problem problem, std::string_view text) const;

    struct form {
        date_format format;
        std::optional<date_format> exchanged;
    };

    date_rule rules_;
    std::vector<form> forms_;
    const date::time_zone* zone_ = nullptr;
    std::string joined_;
    date_buffer written_{};
    bool only_exchanged_ = false;
    bool either_ = false;
    bool only_as_written_ = false;
};

} // namespace noteload::mapping
