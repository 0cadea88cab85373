#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "noteload/error.hpp"
#include "noteload/source/byte_source.hpp"

namespace noteload::source {

/// The bytes read and not yet dropped, in one piece, the unfinished record at the front. It grows
/// only while nothing is dropped, so its size is bounded by who drops (see `framer`): the longest
/// record and a chunk. `slack` bytes behind the text are always readable (simdjson needs them).
class input_buffer {
public:
    static constexpr std::size_t slack = 64;
    static constexpr std::size_t default_chunk = 256 * 1024;

    explicit input_buffer(std::unique_ptr<byte_source> from, std::size_t chunk = default_chunk);

    /// Valid until `fill` or `seek`; `drop` and `cut` only make it shorter.
    [[nodiscard]] std::string_view text() const noexcept { return {data_.get() + begin_, size_}; }

    /// No more bytes will come.
    [[nodiscard]] bool at_end() const noexcept { return at_end_; }

    /// After the end: see `byte_source::was_cut`.
    [[nodiscard]] bool was_cut() const { return from_->was_cut(); }

    /// Whether `fill` would return within a moment: see `byte_source::soon`.
    [[nodiscard]] bool soon() { return at_end_ || from_->soon(); }

    /// One read of up to a chunk, and of `most` bytes (1 or more), appended. False at the end.
    [[nodiscard]] result<bool> fill(std::size_t most = static_cast<std::size_t>(-1));

    /// Fills until there are `size` bytes, or the end.
    [[nodiscard]] result<void> fill_to(std::size_t size);

    /// Forgets the first `size` bytes.
    void drop(std::size_t size) noexcept;

    /// Forgets all but the first `size` bytes.
    void cut(std::size_t size) noexcept;

    /// Forgets everything and goes on at `byte` of the input.
    [[nodiscard]] result<void> seek(std::uint64_t byte);

private:
    void make_room();

    std::unique_ptr<byte_source> from_;
    std::size_t chunk_;
    std::size_t capacity_;
    std::unique_ptr<char[]> data_;
    std::size_t begin_ = 0;
    std::size_t size_ = 0;
    bool at_end_ = false;
};

} // namespace noteload::source
