#include "noteload/source/chunked_reader.hpp"

#include <fmt/format.h>

#include "noteload/source/text_end.hpp"

namespace noteload::source {

result<bool> chunked_reader::next(record& into) {
    if (failed_) {
        return *failed_;
    }
    if (!has_more()) {
        const auto more = supply_->next();
        if (!more) {
            failed_ = more.error();
            return *failed_;
        }
        chunk_ = *more;
        at_ = 0;
        if (!has_more()) {
            position_ = chunk_->next_byte;
            return end(into);
        }
    }
    give(into);
    return true;
}

void chunked_reader::give(record& into) {
    const record_chunk& c = *chunk_;
    const auto& [f, first_fault, faults] = c.records[at_];
    into = {.at = {.file = plan_->options.start.file,
                   .row = row_++,
                   .line = c.lines_before + f.line,
                   .byte = f.byte,
                   .size = f.size},
            .bytes = original_bytes(f, c.bytes(f), decoder_, original_),
            .cells = {},
            .faults = std::span(c.faults).subspan(first_fault, faults)};
    if (faults == 0) {
        into.cells = std::span(c.cells).subspan(at_ * c.columns, c.columns);
    }
    position_ = f.next;
    last_was_unended_ = f.is_unended();
    ++at_;
}

/// Compressed data that stops behind a whole record lacks at least the next one: a record of no
/// bytes says so.
bool chunked_reader::end(record& into) {
    if (!chunk_->was_cut || last_was_unended_) {
        return false;
    }
    last_was_unended_ = true;
    cut_ = {reason::truncated,
            fmt::format("the compressed input is cut off behind the {} before this one",
                        format() == file_format::csv ? "record" : "line")};
    into = {.at = {.file = plan_->options.start.file,
                   .row = row_++,
                   .line = chunk_->next_line,
                   .byte = chunk_->next_byte,
                   .size = 0},
            .bytes = {},
            .cells = {},
            .faults = std::span(&*cut_, 1)};
    return true;
}

} // namespace noteload::source
