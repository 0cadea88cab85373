#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "noteload/reason.hpp"

namespace noteload {

/// Where a record stands. Rows count from 1 over all inputs, lines from 1 in each file, bytes from
/// 0 in each file (a byte order mark and the header are counted).
struct place {
    std::uint32_t file = 0; ///< index of the input
    std::uint64_t row = 0;  ///< record number
    std::uint64_t line = 0; ///< physical line on which the record starts
    std::uint64_t byte = 0; ///< offset of its first byte
    std::uint64_t size = 0; ///< bytes up to and without its line end

    friend bool operator==(const place&, const place&) = default;
};

/// A place that was counted from the beginning of a part, before which so many files, rows and
/// lines stand.
[[nodiscard]] constexpr place behind(place at, const place& before) noexcept {
    at.file += before.file;
    at.row += before.row;
    at.line += before.line;
    return at;
}

/// What a cell held, so that `"7"` and `7` and nothing stay apart until `mapping/` decides.
enum class cell_kind : std::uint8_t {
    absent,  ///< the record has no such field
    null,    ///< JSON null
    text,    ///< a CSV cell, or a JSON string with its escapes resolved
    number,  ///< a JSON number, as written
    boolean, ///< JSON `true` or `false`
    nested,  ///< a JSON array or object
};

struct cell {
    cell_kind kind = cell_kind::absent;
    std::string_view text;

    friend bool operator==(const cell&, const cell&) = default;
};

/// What a reader found: the original bytes, and the cells of the columns that were asked for, in
/// that order. Everything is a view into the reader's memory and ends with the reader's next step.
struct record {
    place at;
    std::string_view bytes;      ///< the original ones, without the line end
    std::span<const cell> cells; ///< empty when `faults` say that the record cannot be read
    std::span<const fault> faults;
};

} // namespace noteload
