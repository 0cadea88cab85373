#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/record.hpp"

namespace noteload {

/// What became of a row. The set is closed; the words are public API (log, summary, exit codes).
enum class outcome : std::uint8_t {
    created,       ///< the server made the note and said its id
    already_there, ///< an attempt in doubt was found on the server
    skipped,       ///< an earlier run imported the row's key
    invalid,       ///< the row cannot be a note; nothing was sent
    refused,       ///< the server said no
    in_doubt,      ///< sent, and nobody knows whether it was acted on
    not_attempted, ///< read, and certainly not acted on
};
inline constexpr std::size_t outcome_count = 7;

[[nodiscard]] std::string_view to_word(outcome o) noexcept;
[[nodiscard]] std::optional<outcome> outcome_from_word(std::string_view word) noexcept;
std::ostream& operator<<(std::ostream& out, outcome o);

/// Whether the records of such rows are kept in a reject file.
[[nodiscard]] constexpr bool has_reject(outcome o) noexcept {
    return o == outcome::invalid || o == outcome::refused || o == outcome::in_doubt;
}

/// One row's end, as the log tells it.
struct settled_row {
    place at;
    std::string key; ///< of the key column; empty without one
    outcome what{};
    std::int64_t note_id = 0;          ///< of `created` and `already_there`; else 0
    std::vector<fault> faults;         ///< why, the first being the reason; empty for `created`
    int status = 0;                    ///< HTTP status of the last answer; 0 where there was none
    int attempts = 0;                  ///< tries at sending, answers 429 not counted
    std::chrono::milliseconds took{0}; ///< the last attempt, from the request to the answer's end
    std::chrono::system_clock::time_point when{};

    friend bool operator==(const settled_row&, const settled_row&) = default;
};

/// How many rows ended how. `read` is counted where records are framed, the others where rows are
/// settled, so that `balanced()` compares two independent counts.
struct row_counts {
    std::uint64_t read = 0;
    std::array<std::uint64_t, outcome_count> of{};

    [[nodiscard]] std::uint64_t operator[](outcome o) const {
        return of[static_cast<std::size_t>(o)];
    }
    std::uint64_t& operator[](outcome o) { return of[static_cast<std::size_t>(o)]; }
    /// Rows with an outcome, whichever.
    [[nodiscard]] std::uint64_t settled() const noexcept;
    [[nodiscard]] bool balanced() const noexcept { return read == settled(); }

    friend bool operator==(const row_counts&, const row_counts&) = default;
};

} // namespace noteload
