#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/mapping/note_mapper.hpp"
#include "noteload/outcome.hpp"
#include "noteload/record.hpp"
#include "noteload/run/repetitions.hpp"
#include "noteload/run/value_counts.hpp"

namespace noteload::run {

/// A date or a text of note, and where it stands.
struct placed_text {
    std::string text;
    place at;
};

/// What a dry run keeps of rows that stand together in one input: a part of it, or all. Tallies of
/// parts, one behind the other, add up to that of the whole (`check_facts`); places count from
/// wherever those of the records do. Memory grows with the rows, by some 32 bytes each. One thread.
struct row_tally {
    /// What there is to keep.
    struct wants {
        std::size_t contact_at = static_cast<std::size_t>(-1); ///< the cell that names the contact
        std::uint64_t bodies = 0;                              ///< of requests: the first so many
        bool unsent_bytes = false; ///< the records of rows that are not sent
    };
    struct unsent_row {
        place at;
        outcome what{};
        std::vector<fault> faults;
        std::string bytes;
    };

    explicit row_tally(wants w);

    /// A row, as it was mapped; `unsent`: what it ends as where it has faults.
    void add(const record& r, const mapping::mapped_note& note, outcome unsent);
    void clear();

    std::uint64_t rows = 0;
    std::uint64_t to_send = 0;
    std::uint64_t body_bytes = 0;
    std::uint64_t longest_body = 0;
    std::vector<std::string> bodies;
    std::vector<unsent_row> unsent;
    std::uint64_t seen_columns = 0; ///< a bit for each column of the mapper that a record has

    // Of notes that would be sent.
    std::uint64_t longest = 0; ///< characters; 0: there is none
    place longest_at;
    placed_text first_date; ///< as it would be sent; empty: no note has one
    placed_text last_date;
    std::uint64_t without_date = 0;
    value_counts types;
    std::vector<hashed_row> notes; ///< of all that is sent; of each

    std::vector<std::uint64_t> contacts;           ///< hashes of what sent rows name, each as often
    std::vector<std::uint64_t> contacts_of_unsent; ///< the same of the others
    value_counts unknown;                          ///< contacts that rows were refused for

private:
    void add_note(const record& r, const note_request& note);
    [[nodiscard]] std::uint64_t hash_of(const note_request& note);

    wants wants_;
    std::string last_type_; // tends to be the next one, too
    std::uint64_t last_type_hash_;
};

} // namespace noteload::run
