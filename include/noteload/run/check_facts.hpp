#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/record.hpp"
#include "noteload/run/repetitions.hpp"
#include "noteload/run/row_tally.hpp"

// What a dry run tells of its notes besides their faults. Pure, in constant memory.

namespace noteload::run {

struct note_facts {
    std::uint64_t longest = 0; ///< characters of the longest note that would be sent; 0: none would
    place longest_at;
    placed_text first_date; ///< as it would be sent; empty: no note has one
    placed_text last_date;
    std::uint64_t without_date = 0;
    std::vector<counted_value> types; ///< of notes that would be sent; most rows first
    std::uint64_t other_types = 0;    ///< rows of types beyond the most that are told apart
    std::uint64_t repeated = 0;       ///< notes equal to an earlier one in all that is sent
    std::vector<place> repeated_first;
    /// Not 0: so many different notes were remembered, and later ones were held against these
    /// alone.
    std::uint64_t remembered = 0;
    std::uint64_t contacts = 0;            ///< distinct ones of notes that would be sent
    bool contacts_are_more = false;        ///< than that: the memory for them was full
    std::uint64_t named_contacts = 0;      ///< those of all rows, which an import looks up
    std::vector<counted_value> unknown;    ///< contacts that rows were refused for; most rows first
    std::uint64_t more_unknown = 0;        ///< rows of such contacts beyond the most told apart
    std::vector<std::string> used_columns; ///< that the mapping asks for, and a record has
    std::vector<std::string> missing_columns; ///< that it asks for, and none has
};

/// Adds up tallies of rows: what comes out does not depend on how the rows were parted. One thread.
class check_facts {
public:
    /// `columns`: the mapper's.
    explicit check_facts(std::vector<std::string> columns,
                         std::size_t most_hashes = seen_hashes::most_slots);

    /// Of the rows behind those that were added, whose places count from `before` on.
    void add(const row_tally& rows, const place& before);

    [[nodiscard]] note_facts tell();

private:
    static constexpr std::size_t most_types = 1000;
    static constexpr std::size_t most_unknown = 10'000;

    std::vector<std::string> columns_;
    std::uint64_t seen_columns_ = 0;
    value_counts types_{most_types};
    value_counts unknown_{most_unknown};
    repetitions notes_;
    seen_hashes contacts_;
    seen_hashes unsent_contacts_; ///< of rows that would not be sent; some are in both
    note_facts found_;
};

} // namespace noteload::run
