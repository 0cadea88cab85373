#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/mapping/note_mapper.hpp"
#include "noteload/record.hpp"
#include "noteload/run/repetitions.hpp"

// What a dry run tells of its notes besides their faults. Pure, in constant memory.

namespace noteload::run {

/// A value and the rows that have it.
struct counted_value {
    std::string value;
    std::uint64_t rows = 0;

    friend bool operator==(const counted_value&, const counted_value&) = default;
};

/// A date or a text of note, and where it stands.
struct placed_text {
    std::string text;
    place at;
};

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
    std::uint64_t contacts = 0;            ///< distinct ones of the rows, as they are given
    bool contacts_are_more = false;        ///< than that: the memory for them was full
    std::vector<counted_value> unknown;    ///< contacts that rows were refused for; most rows first
    std::uint64_t more_unknown = 0;        ///< rows of such contacts beyond the most told apart
    std::vector<std::string> used_columns; ///< that the mapping asks for, and a record has
    std::vector<std::string> missing_columns; ///< that it asks for, and none has
};

/// Adds up rows. One thread.
class check_facts {
public:
    /// `columns`: the mapper's; `contact_column`: the one that names the contact.
    check_facts(std::vector<std::string> columns, std::string_view contact_column,
                std::size_t most_hashes = seen_hashes::most_slots);

    /// Each row, as it was mapped; `body` of its request, where it would be sent.
    void add(const record& r, const mapping::mapped_note& note, std::string_view body);

    [[nodiscard]] note_facts tell();

private:
    static constexpr std::size_t most_types = 1000;
    static constexpr std::size_t most_unknown = 10'000;

    void add_note(const record& r, const note_request& note, std::string_view body);
    void count_type(std::string_view type);
    void count_unknown(const record& r);

    std::vector<std::string> columns_;
    std::size_t contact_at_; // of columns_; its size for none
    std::uint64_t seen_columns_ = 0;
    std::map<std::string, std::uint64_t, std::less<>> unknown_;
    std::size_t last_type_ = 0; // of types: tends to be the next one, too
    repetitions notes_;
    repetitions contacts_;
    note_facts found_;
};

} // namespace noteload::run
