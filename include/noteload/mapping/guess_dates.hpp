#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace noteload::mapping {

/// Formats for a column's values, as a first proposal.
struct guessed_formats {
    std::vector<std::string> formats; ///< as few as cover the values; may be empty
    std::uint64_t covered = 0;        ///< values that fit one
    std::string as_well; ///< a format with day and month exchanged that fits all the same values
    bool needs_pivot = false;

    friend bool operator==(const guessed_formats&, const guessed_formats&) = default;
};

/// Pure. Tries the usual forms on every value.
[[nodiscard]] guessed_formats guess_formats(const std::vector<std::string>& values);

} // namespace noteload::mapping
