#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/record.hpp"
#include "noteload/source/dialect_options.hpp"
#include "noteload/source/input.hpp"
#include "noteload/source/piece_worker.hpp"
#include "noteload/source/reading_facts.hpp"

namespace noteload::source {

struct reading_options {
    /// The fields that the caller wants, matched without case and surrounding blanks; a record's
    /// cells come in this order.
    std::vector<std::string> columns;

    /// A longer record is invalid and framing starts again at the line after its first.
    /// Bytes; 1 to 8 MiB. Raise it for notes with pictures inside.
    std::size_t max_record = 4 << 20;

    /// How the input is written, as far as the user says.
    dialect_options dialect;

    /// With more than 1, a large file that is UTF-8 and not packed is read in pieces by so many
    /// threads, the caller's among them, and a packed one is unpacked by another. The records are
    /// the same; memory is some MiB for each thread, and some times `max_record` at worst.
    std::size_t threads = 1;

    /// Makes one worker for each piece that may be read at once, for `next_piece`. Empty: whoever
    /// asks for pieces has all the work. Not called after the reader is open.
    std::function<std::unique_ptr<piece_worker>()> worker;

    /// Becomes readable when reading is to end early (an eventfd), also while it waits for a pipe;
    /// `next` then fails. Negative: nothing does. Must stay open as long as the reader.
    int stop_fd = -1;

    /// Where reading starts: `row` is the number of the first record that is returned. With `byte`
    /// other than 0 the reader goes there after it has read the header (a resumed run). In an input
    /// that is packed or converted this reads, and drops, everything before it.
    place start{.file = 0, .row = 1, .line = 0, .byte = 0, .size = 0};
};

/// Turns one input into records, in order, each exactly once. A record that is wrong is returned
/// with its faults, never passed over; blank lines are no records. One thread at a time.
class record_reader {
public:
    virtual ~record_reader() = default;

    /// The next record, in `into`, valid until the next call; false at the input's end. A failure
    /// (the disk's, the pipe's) is final.
    [[nodiscard]] virtual result<bool> next(record& into) = 0;

    /// The next records, one at least, all of which a worker has taken: one of
    /// `reading_options::worker`, or `otherwise`, now. False at the input's end; fails as `next`
    /// does. For who does not use `next` with the same reader.
    [[nodiscard]] virtual result<bool> next_piece(worked_piece& into, piece_worker& otherwise) = 0;

    /// Whether `next` would return a record, or the end, without waiting for more input.
    [[nodiscard]] virtual bool ready() const = 0;

    /// What the input turned out to be (standard input is only known once it is open).
    [[nodiscard]] virtual file_format format() const = 0;

    /// The header's names as written, trimmed; empty for JSONL.
    [[nodiscard]] virtual std::span<const std::string> header() const = 0;

    /// The original bytes up to the header's line end: a byte order mark and skipped lines, if
    /// there are any, too; empty for JSONL. Reject files start with it, so that they are read with
    /// the same options.
    [[nodiscard]] virtual std::string_view header_bytes() const = 0;

    /// An LF in the input's encoding: what ends a line of a reject file.
    [[nodiscard]] virtual std::string_view newline() const = 0;

    /// How the input is read, and what told so.
    [[nodiscard]] virtual const reading_facts& facts() const = 0;

    /// Offset behind the last record returned: for progress. Like every `place`, of the text in
    /// UTF-8, which is the file itself where `reading_facts::as_stored`.
    [[nodiscard]] virtual std::uint64_t position() const = 0;
};

/// Opens the input and, for CSV, reads its header. Fails (`errc::input`) with a message for people
/// where the input cannot be read at all: it has no bytes, is a spreadsheet, or cannot be opened.
/// Which columns are missing is for the caller to judge from `header()`.
[[nodiscard]] result<std::unique_ptr<record_reader>> open_reader(const input& from,
                                                                 const reading_options& options);

} // namespace noteload::source
