#pragma once

#include <cstddef>
#include <span>
#include <string_view>
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
    /// Both outlive the feed.
    record_feed(input_buffer& buffer, framer& records) : buffer_(buffer), framer_(records) {}

    /// Up to `most` records more; an empty span at the input's end. They and their bytes are valid
    /// until the next call.
    [[nodiscard]] result<std::span<const framed>> more(
        std::size_t most = static_cast<std::size_t>(-1));

    /// The bytes held of a record from the last `more`.
    [[nodiscard]] std::string_view bytes(const framed& of) const noexcept {
        return buffer_.text().substr(of.begin, of.held);
    }

    /// No more records will come.
    [[nodiscard]] bool at_end() const noexcept { return at_end_; }

    /// Goes on at offset `byte` of the input, which is on `line`.
    [[nodiscard]] result<void> seek(std::uint64_t byte, std::uint64_t line);

private:
    void apply_step() noexcept;

    input_buffer& buffer_;
    framer& framer_;
    std::vector<framed> found_;
    framing_step step_;
    bool at_end_ = false;
};

} // namespace noteload::source
