#pragma once

#include <chrono>
#include <optional>

#include "noteload/clock.hpp"

namespace noteload::ledger {

/// When the log thread writes and when it syncs: a rule without a file or a clock.
///
/// Outcomes reach the kernel within 5 ms and the disk within a second; a mark is written and
/// synced at once, because a request waits for it. What gathers in between is one write, and one
/// sync serves all marks that came before it.
class group_commit {
public:
    using time = steady_clock::time_point;

    static constexpr auto write_within = std::chrono::milliseconds(4);  // of the 5 promised
    static constexpr auto sync_within = std::chrono::milliseconds(500); // of the second promised

    void entry_came(time now) {
        if (!first_unwritten_) {
            first_unwritten_ = now;
        }
    }
    /// A mark, or somebody who waits for the log to be on disk.
    void hurry_came(time now) {
        entry_came(now);
        hurry_ = true;
    }

    [[nodiscard]] bool must_write(time now) const {
        return first_unwritten_ && (hurry_ || now >= *first_unwritten_ + write_within);
    }
    void written(time now) {
        first_unwritten_.reset();
        if (!first_unsynced_) {
            first_unsynced_ = now;
        }
    }

    [[nodiscard]] bool must_sync(time now) const {
        return !first_unwritten_ && first_unsynced_ &&
               (hurry_ || now >= *first_unsynced_ + sync_within);
    }
    void synced() {
        first_unsynced_.reset();
        hurry_ = false;
    }

    /// When something is to be done next, if nothing comes before; nothing: sleep until it does.
    [[nodiscard]] std::optional<time> wake_at() const {
        if (first_unwritten_) {
            return hurry_ ? *first_unwritten_ : *first_unwritten_ + write_within;
        }
        if (first_unsynced_) {
            return hurry_ ? *first_unsynced_ : *first_unsynced_ + sync_within;
        }
        return std::nullopt;
    }

private:
    std::optional<time> first_unwritten_;
    std::optional<time> first_unsynced_;
    bool hurry_ = false;
};

} // namespace noteload::ledger
