#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace noteload::delivery {

/// The newest notes that this process knows to be the run's, and whose they are: a contact's list
/// that does not show them does not show all. A ring of `most` pairs of ids (16 bytes each), which
/// forgets the oldest, so that a run of any length takes 1 MiB for it. Adding is one store;
/// `newest_of` looks at all of them, and is for the few rows whose "not found" would be believed.
class recent_notes {
public:
    explicit recent_notes(std::size_t most = 65'536) : most_(most) {}

    void add(std::int64_t contact_id, std::int64_t note_id) {
        if (ring_.size() < most_) {
            ring_.push_back({contact_id, note_id});
            return;
        }
        ring_[oldest_] = {contact_id, note_id};
        oldest_ = oldest_ + 1 == most_ ? 0 : oldest_ + 1;
    }

    /// The ids of its notes that were added last, the newest first; `n` at most.
    [[nodiscard]] std::vector<std::int64_t> newest_of(std::int64_t contact_id, std::size_t n) const;

private:
    struct entry {
        std::int64_t contact_id;
        std::int64_t note_id;
    };

    std::size_t most_;
    std::size_t oldest_ = 0; // once the ring is full; its end is the newest before
    std::vector<entry> ring_;
};

} // namespace noteload::delivery
