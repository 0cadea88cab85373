#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/reason.hpp"
#include "noteload/record.hpp"
#include "noteload/source/framer.hpp"
#include "noteload/source/piece_worker.hpp"

namespace noteload::source {

/// Records that were framed and cut together, with all that their views look into but the text,
/// which is the buffer's of whoever read them. Used again and again: its memory is kept.
struct record_chunk {
    struct entry {
        framed found;
        std::size_t first_fault = 0;
        std::size_t faults = 0; ///< a record has either faults or cells
    };

    std::vector<entry> records; ///< of those that a worker took only the first and the last
    std::vector<cell> cells;    ///< `columns` for each record, in its order; the cutter clears them
    std::vector<fault> faults;
    std::deque<std::string> texts; ///< of cells that the text does not hold as they are
    std::size_t columns = 0;
    std::string_view text;          ///< where `framed::begin` counts from
    std::uint64_t lines_before = 0; ///< to be added to `framed::line`
    piece_worker* worker = nullptr; ///< has taken the records already; or nobody has
    std::size_t taken = 0;          ///< so many it took

    // Where the text behind the records begins; of an empty chunk, the input's end.
    std::uint64_t next_byte = 0;
    std::uint64_t next_line = 0;
    bool was_cut = false; ///< see `byte_source::was_cut`

    void clear() {
        records.clear();
        faults.clear();
        texts.clear();
        lines_before = 0;
        worker = nullptr;
        taken = 0;
    }
    [[nodiscard]] std::string_view bytes(const framed& of) const noexcept {
        return text.substr(of.begin, of.held);
    }
    /// Record number `i` of them as `row`, its lines counted as they are in `framed::line`.
    [[nodiscard]] record at(std::size_t i, std::uint64_t row) const;
};

} // namespace noteload::source
