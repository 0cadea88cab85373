#pragma once

#include <cstddef>
#include <cstdint>

#include "noteload/record.hpp"

namespace noteload::source {

/// What a caller does with the records of an input where they are read: on the thread that read
/// them, while others are read. A worker has one piece at a time, and no piece is given to two.
class piece_worker {
public:
    virtual ~piece_worker() = default;

    /// A piece begins: what was made of the last one is not wanted any more.
    virtual void begin() = 0;

    /// Each of its records, in order. Its place is counted from the piece's beginning, the file is
    /// 0: what stands before is told when the piece is handed over (`worked_piece::before`). The
    /// record is valid until the next call.
    virtual void take(const record& r) = 0;
};

/// A piece that was worked on.
struct worked_piece {
    piece_worker* worker = nullptr; ///< as it was left; until the next piece is asked for
    std::uint64_t rows = 0;         ///< records in it
    place before;                   ///< file, rows and lines before it: see `behind`
};

} // namespace noteload::source
