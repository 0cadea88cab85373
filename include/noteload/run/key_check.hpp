#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/error.hpp"
#include "noteload/ledger/key_history.hpp"
#include "noteload/ledger/recovery.hpp"
#include "noteload/mapping/note_mapper.hpp"
#include "noteload/outcome.hpp"
#include "noteload/record.hpp"

namespace noteload::run {

/// What becomes of the second row with a key in one input.
enum class duplicate_policy : std::uint8_t { refuse, allow };

[[nodiscard]] std::string_view to_word(duplicate_policy p) noexcept;
[[nodiscard]] std::optional<duplicate_policy> duplicate_policy_from_word(
    std::string_view word) noexcept;

/// What a row's key says about the row. One thread, which sees the rows in their order; up to 32
/// bytes a key.
class key_check {
public:
    key_check(ledger::known_keys known, duplicate_policy duplicates)
        : known_(std::move(known)), duplicates_(duplicates) {}

    /// A row that was read by an earlier process of the same run has the key. Before the first
    /// `judge`.
    void saw(std::string_view key, std::uint64_t row);
    /// The same for every row that the run's log tells of.
    [[nodiscard]] result<void> saw_all(const std::string& log_path,
                                       const ledger::recovered_run& run);

    /// Adds to `note.faults` what is wrong with the key, and returns what a row with faults ends
    /// as. `skipped`: an earlier run imported the key, and whatever else is wrong with the row does
    /// not matter. A record that could not be read has no key, and is left alone.
    [[nodiscard]] outcome judge(const record& r, mapping::mapped_note& note);

private:
    ledger::known_keys known_;
    duplicate_policy duplicates_;
};

} // namespace noteload::run
