#pragma once

#include <optional>
#include <utility>

#include "noteload/mapping/note_mapper.hpp"
#include "noteload/run/check_online.hpp"
#include "noteload/run/key_check.hpp"
#include "noteload/run/row_tally.hpp"
#include "noteload/source/piece_worker.hpp"

namespace noteload::run {

/// What can be said of a row only by who sees all rows, in their order. One thread.
struct ordered_judges {
    std::optional<contact_check> contacts;
    std::optional<key_check> keys;

    /// Adds to the note's faults; returns what a row with faults ends as.
    [[nodiscard]] outcome judge(const record& r, mapping::mapped_note& note) {
        if (contacts) {
            contacts->judge(r, note);
        }
        return keys ? keys->judge(r, note) : outcome::invalid;
    }
};

/// Maps the rows of a piece and keeps what is told of them. Each has a mapper of its own.
class row_checker final : public source::piece_worker {
public:
    row_checker(mapping::note_mapper mapper, row_tally::wants wants)
        : mapper_(std::move(mapper)), tally_(wants) {}

    void begin() override {
        tally_.clear();
        mapper_.forget_noticed();
    }
    void take(const record& r) override {
        mapper_.map(r, note_);
        tally_.add(r, note_, outcome::invalid);
    }
    /// The same with a judgement that needs the rows in their order, and their true places.
    void take(const record& r, ordered_judges& judges) {
        mapper_.map(r, note_);
        const auto unsent = judges.judge(r, note_);
        tally_.add(r, note_, unsent);
    }

    [[nodiscard]] const row_tally& tally() const noexcept { return tally_; }
    [[nodiscard]] const mapping::notices& noticed() const noexcept { return mapper_.noticed(); }

private:
    mapping::note_mapper mapper_;
    mapping::mapped_note note_;
    row_tally tally_;
};

} // namespace noteload::run
