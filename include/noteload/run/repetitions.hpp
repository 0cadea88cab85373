#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "noteload/record.hpp"
#include "noteload/run/seen_hashes.hpp"

namespace noteload::run {

/// Counts hashes that came before, in bounded memory (`seen_hashes`). They are sorted into parts by
/// their first bits and looked for part by part: one part fits into a cache, and all of them in no
/// order would miss it, and the page tables', each time (a quarter of the time of a whole check).
class repetitions {
public:
    explicit repetitions(std::size_t most_slots = seen_hashes::most_slots);

    void add(std::uint64_t hash, const place& at) {
        auto& p = parts_[hash >> (64 - part_bits)];
        p.waiting[p.count] = {hash, at};
        if (++p.count == p.waiting.size()) {
            look_for(p);
        }
    }

    struct found {
        static constexpr std::size_t most_places = 3;

        std::uint64_t distinct = 0;
        std::uint64_t repeated = 0;
        std::vector<place> first; ///< of the repetitions, by row
        bool gave_up = false;     ///< there may be more of both: not all were remembered
    };
    /// Of all that was added.
    [[nodiscard]] found tell();

private:
    static constexpr unsigned part_bits = 6;
    struct waiting_one {
        std::uint64_t hash;
        place at;
    };
    struct part {
        explicit part(std::size_t most) : seen(most) {}
        seen_hashes seen;
        std::size_t count = 0;
        std::array<waiting_one, 128> waiting{};
    };

    void look_for(part& in);
    void keep(const place& at);

    std::vector<part> parts_;
    std::uint64_t repeated_ = 0;
    std::vector<place> first_; // sorted by row
};

} // namespace noteload::run
