#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/ledger/recovery.hpp"
#include "noteload/mapping/note_mapper.hpp"
#include "noteload/source/record_reader.hpp"

namespace noteload::run {

/// An input that was opened once, before anything else happens, so that a missing file or column
/// stops the run while nothing was sent.
struct checked_input {
    source::input what;
    source::file_format format{};    ///< as it turned out
    std::vector<std::string> header; ///< names as written; empty for JSONL
    std::string header_bytes;
    std::string newline = "\n"; ///< what ends a line of its reject files
    source::reading_facts facts;
    source::dialect_options dialect;             ///< with which it is opened again
    std::unique_ptr<source::record_reader> open; ///< kept only for what cannot be opened twice
};

struct input_options {
    std::optional<source::file_format> format;
    source::dialect_options dialect; ///< of all inputs
    std::size_t max_record = 4 << 20;
    std::size_t threads = 1; ///< this and the next two: see `source::reading_options`
    std::function<std::unique_ptr<source::piece_worker>()> worker;
    int stop_fd = -1;
};

/// Opens every input, in order, and holds its header against what the mapper needs. At least one
/// path; `-` at most once. A pattern such as `*.csv`, where there is no file of that name, stands
/// for the files that it matches, sorted.
[[nodiscard]] result<std::vector<checked_input>> check_inputs(const std::vector<std::string>& paths,
                                                              const input_options& options,
                                                              const mapping::note_mapper& mapper);

/// Bytes of all inputs, as places count them; nothing if one of them has no known size, or is
/// packed or converted.
[[nodiscard]] std::optional<std::uint64_t> total_bytes(const std::vector<checked_input>& inputs);

/// How an input that was looked at is read again.
[[nodiscard]] source::reading_options reading_of(const checked_input& in,
                                                 const input_options& options,
                                                 std::span<const std::string> columns);

/// Opens an input where a record stands; `byte` 0 is its beginning.
[[nodiscard]] result<std::unique_ptr<source::record_reader>> open_at(
    const checked_input& in, const input_options& options, std::span<const std::string> columns,
    const ledger::reading_point& at);

/// Where a walk begins, and which rows it leaves out: all of it, for a run that is resumed.
struct walk_start {
    ledger::reading_point at;
    std::function<bool(std::uint64_t row)> leave_out{}; ///< empty: none
};

/// Walks over all inputs as one, rows numbered on. One thread.
class record_walk {
public:
    record_walk(std::vector<checked_input> inputs, const input_options& options,
                std::span<const std::string> columns, walk_start start = {});

    /// As `record_reader::next`, over all inputs.
    [[nodiscard]] result<bool> next(record& into);
    /// As `record_reader::next_piece`, over all inputs. Nothing is left out.
    [[nodiscard]] result<bool> next_piece(source::worked_piece& into,
                                          source::piece_worker& otherwise);
    /// Whether `next` would wait for input.
    [[nodiscard]] bool ready() const;
    /// The number of the last row that was come to, left out or not.
    [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

private:
    [[nodiscard]] result<bool> open_next();

    std::vector<checked_input> inputs_;
    input_options options_;
    std::vector<std::string> columns_;
    std::unique_ptr<source::record_reader> reader_;
    walk_start start_;
    std::size_t next_input_ = 0;
    std::uint64_t rows_ = 0;
};

} // namespace noteload::run
