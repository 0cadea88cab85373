#pragma once

#include <memory>
#include <span>

#include "noteload/error.hpp"
#include "noteload/source/input_buffer.hpp"
#include "noteload/source/reading_plan.hpp"
#include "noteload/source/record_chunk.hpp"

namespace noteload::source {

/// What a format does with framed records: cuts them into cells or says what is wrong with them.
/// One thread at a time.
class record_cutter {
public:
    virtual ~record_cutter() = default;

    /// Adds the records, whose bytes are in the buffer's text, to an empty chunk. Cells are valid
    /// until the next call, and as long as that text.
    [[nodiscard]] virtual result<void> cut(std::span<const framed> found,
                                           const input_buffer& buffer, record_chunk& into) = 0;
};

/// The plan outlives the cutter.
[[nodiscard]] std::unique_ptr<record_cutter> make_csv_cutter(const reading_plan& plan);
[[nodiscard]] std::unique_ptr<record_cutter> make_jsonl_cutter(const reading_plan& plan);
[[nodiscard]] std::unique_ptr<record_cutter> make_cutter(const reading_plan& plan);

} // namespace noteload::source
