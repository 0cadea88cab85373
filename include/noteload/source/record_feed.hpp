#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/source/framer.hpp"
#include "noteload/source/input_buffer.hpp"

namespace noteload::source {

/// Joins a buffer and a framer: reads no more than it takes to complete a record, and then hands
/// over all records that are there. So a row that arrives on a pipe is returned at once, and a file
/// comes chunk by chunk.
class record_feed {
public:
    record_feed(std::unique_ptr<input_buffer> buffer, std::unique_ptr<framer> records)
        : buffer_(std::move(buffer)), framer_(std::move(records)) {}

    /// Up to `most` records more; an empty span at the input's end. They and their bytes are valid
    /// until the next call.
    [[nodiscard]] result<std::span<const framed>> more(
        std::size_t most = static_cast<std::size_t>(-1));

    /// All records up to the first one that begins at byte `end` or behind it, that one too (and
    /// maybe some more). After `seek`; reads little over the end.
    [[nodiscard]] result<std::span<const framed>> until(std::uint64_t end);

    /// The bytes held of a record from the last call.
    [[nodiscard]] std::string_view bytes(const framed& of) const noexcept {
        return buffer_->text().substr(of.begin, of.held);
    }

    /// No more records will come.
    [[nodiscard]] bool at_end() const noexcept { return at_end_; }

    /// Goes on at offset `byte` of the input, which is on `line`.
    [[nodiscard]] result<void> seek(std::uint64_t byte, std::uint64_t line);

    /// The same where the buffer stands there already.
    void restart(std::uint64_t byte, std::uint64_t line) { framer_->restart(byte, line); }

    /// Of the text behind the records returned.
    [[nodiscard]] std::uint64_t offset() const noexcept { return framer_->offset(); }
    [[nodiscard]] std::uint64_t line() const noexcept { return framer_->line(); }

    [[nodiscard]] input_buffer& buffer() noexcept { return *buffer_; }
    [[nodiscard]] const input_buffer& buffer() const noexcept { return *buffer_; }
    [[nodiscard]] framer& records() noexcept { return *framer_; }

private:
    void apply_step() noexcept;

    std::unique_ptr<input_buffer> buffer_;
    std::unique_ptr<framer> framer_;
    std::vector<framed> found_;
    framing_step step_;
    bool at_end_ = false;
};

} // namespace noteload::source
