#include "noteload/source/chunked_reader.hpp"

#include <fmt/format.h>

#include "noteload/source/text_end.hpp"

namespace noteload::source {

record record_chunk::at(std::size_t i, std::uint64_t row) const {
    const auto& [f, first_fault, count] = records[i];
    record r{.at = {.file = 0, .row = row, .line = f.line, .byte = f.byte, .size = f.size},
             .bytes = bytes(f),
             .cells = {},
             .faults = std::span(faults).subspan(first_fault, count)};
    if (count == 0) {
        r.cells = std::span(cells).subspan(i * columns, columns);
    }
    return r;
}

result<bool> chunked_reader::fetch() {
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
            return false;
        }
    }
    return true;
}

result<bool> chunked_reader::next(record& into) {
    const auto more = fetch();
    if (!more) {
        return more;
    }
    if (!*more) {
        return end(into);
    }
    give(into);
    return true;
}

result<bool> chunked_reader::next_piece(worked_piece& into, piece_worker& otherwise) {
    const auto more = fetch();
    if (!more) {
        return more;
    }
    into.before = {.file = plan_->options.start.file, .row = row_ - 1, .line = 0};
    if (*more && chunk_->worker != nullptr) {
        into.worker = chunk_->worker;
        into.before.line = chunk_->lines_before;
        row_ += chunk_->taken;
        pass_all();
    } else {
        into.worker = &otherwise;
        have_worked_on(otherwise);
    }
    into.rows = row_ - 1 - into.before.row;
    return into.rows != 0;
}

/// The records of the chunk, or the one that the end may make.
void chunked_reader::have_worked_on(piece_worker& worker) {
    const std::uint64_t before = row_ - 1;
    worker.begin();
    record r;
    const auto take = [&] {
        r.at.file = 0;
        r.at.row -= before;
        worker.take(r);
    };
    if (!has_more() && end(r)) {
        take();
    }
    while (has_more()) {
        give(r);
        take();
    }
}

void chunked_reader::pass_all() {
    const framed& last = chunk_->records.back().found;
    position_ = last.next;
    last_was_unended_ = last.is_unended();
    at_ = chunk_->records.size();
}

void chunked_reader::give(record& into) {
    const framed& f = chunk_->records[at_].found;
    into = chunk_->at(at_, row_++);
    into.at.file = plan_->options.start.file;
    into.at.line += chunk_->lines_before;
    into.bytes = original_bytes(f, into.bytes, decoder_, original_);
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
