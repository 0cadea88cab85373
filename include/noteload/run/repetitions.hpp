#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "noteload/record.hpp"
#include "noteload/run/seen_hashes.hpp"

namespace noteload::run {

/// Counts hashes that came before, in bounded memory (`seen_hashes`). They are sorted into parts by
/// their first bits, wait there, and are looked for part by part: thousands of them at once, for
/// which one part's memory is brought into the cache. One by one each would miss it.
class repetitions {
public:
    explicit repetitions(std::size_t most_slots = seen_hashes::most_slots);

    /// Places come in order.
    void add(std::uint64_t hash, const place& at) {
        if (at.file != base_.file || at.row - base_.row > most_offset ||
            at.line - base_.line > most_offset) {
            begin_at(at);
        }
        auto& p = parts_[hash >> (64 - part_bits)];
        p.waiting.push_back({hash, static_cast<std::uint32_t>(at.row - base_.row),
                             static_cast<std::uint32_t>(at.line - base_.line)});
        if (p.waiting.size() == most_waiting) {
            look_for(p);
        }
    }

    struct found {
        static constexpr std::size_t most_places = 3;

        std::uint64_t distinct = 0;
        std::uint64_t repeated = 0;
        std::vector<place> first; ///< of the repetitions, by row: file, row and line
        bool gave_up = false;     ///< there may be more of both: not all were remembered
    };
    /// Of all that was added.
    [[nodiscard]] found tell();

private:
    static constexpr unsigned part_bits = 6;
    static constexpr std::size_t most_waiting = 2048;
    static constexpr std::uint64_t most_offset = 0xFFFFFFFF;
    struct waiting_one {
        std::uint64_t hash;
        std::uint32_t row; // behind base_
        std::uint32_t line;
    };
    struct part {
        explicit part(std::size_t most) : seen(most) {}
        seen_hashes seen;
        std::vector<waiting_one> waiting;
    };

    void begin_at(const place& base);
    void look_for(part& in);
    void keep(const waiting_one& one);

    std::vector<part> parts_;
    place base_;
    std::uint64_t repeated_ = 0;
    std::vector<place> first_; // sorted by row
};

} // namespace noteload::run
