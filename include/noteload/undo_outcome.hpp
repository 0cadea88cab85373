#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string_view>

#include "noteload/reason.hpp"

namespace noteload {

/// What became of a note that is to be undone. The words are public API (undo.jsonl, summary).
enum class undo_outcome : std::uint8_t {
    undone,        ///< deleted
    gone,          ///< it was not there any more
    kept,          ///< it was changed since, or nobody could tell
    refused,       ///< the server says no, or has no good answer for this one
    not_attempted, ///< still there, as far as we know: the undo ended before its turn
};
inline constexpr std::size_t undo_outcome_count = 5;

[[nodiscard]] std::string_view to_word(undo_outcome o) noexcept;
[[nodiscard]] std::optional<undo_outcome> undo_outcome_from_word(std::string_view word) noexcept;
std::ostream& operator<<(std::ostream& out, undo_outcome o);

/// Whether nothing is left to be done about the note. The others are tried again.
[[nodiscard]] constexpr bool is_undone(undo_outcome o) noexcept {
    return o == undo_outcome::undone || o == undo_outcome::gone;
}

/// A note of a run, and the row that made it.
struct made_note {
    std::int64_t note_id = 0;
    std::uint64_t row = 0;

    friend bool operator==(const made_note&, const made_note&) = default;
};

/// One note's end, as undo.jsonl tells it.
struct undone_note {
    made_note note;
    std::int64_t contact_id = 0; ///< of `kept`, where the server told it; else 0
    undo_outcome what{};
    std::optional<fault> why{};        ///< of `kept`, `refused` and `not_attempted`
    int status = 0;                    ///< HTTP status of the last answer; 0 where there was none
    int attempts = 0;                  ///< tries at deleting, answers 429 not counted
    std::chrono::milliseconds took{0}; ///< the last attempt
    std::chrono::system_clock::time_point when{};

    friend bool operator==(const undone_note&, const undone_note&) = default;
};

/// How many notes ended how.
struct undo_counts {
    std::uint64_t notes = 0; ///< that the run made, by its log
    std::array<std::uint64_t, undo_outcome_count> of{};

    [[nodiscard]] std::uint64_t operator[](undo_outcome o) const {
        return of[static_cast<std::size_t>(o)];
    }
    std::uint64_t& operator[](undo_outcome o) { return of[static_cast<std::size_t>(o)]; }
    /// Notes with an outcome, whichever.
    [[nodiscard]] std::uint64_t settled() const noexcept;

    friend bool operator==(const undo_counts&, const undo_counts&) = default;
};

} // namespace noteload
