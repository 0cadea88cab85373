#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "noteload/record.hpp"
#include "noteload/run/seen_hashes.hpp"

namespace noteload::run {

struct hashed_row {
    std::uint64_t hash = 0;
    std::uint64_t row = 0;
    std::uint64_t line = 0;
};

/// Counts hashes that came before, in bounded memory (`seen_hashes`).
class repetitions {
public:
    explicit repetitions(std::size_t most_slots = seen_hashes::most_slots) : seen_(most_slots) {}

    /// Rows behind those that were added, whose places count from `before` on.
    void add(std::span<const hashed_row> rows, const place& before);

    struct found {
        static constexpr std::size_t most_places = 3;

        std::uint64_t distinct = 0;
        std::uint64_t repeated = 0;
        std::vector<place> first; ///< of the repetitions: file, row and line
        bool gave_up = false;     ///< there may be more of both: not all were remembered
    };
    /// Of all that was added.
    [[nodiscard]] found tell() const;

private:
    seen_hashes seen_;
    found found_;
};

} // namespace noteload::run
