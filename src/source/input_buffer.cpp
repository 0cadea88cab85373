#include "noteload/source/input_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace noteload::source {

input_buffer::input_buffer(std::unique_ptr<byte_source> from, std::size_t chunk)
    : from_(std::move(from)),
      chunk_(chunk),
      capacity_(2 * chunk),
      // The slack is zeroed once and never written again: what is read there is defined.
      data_(std::make_unique<char[]>(capacity_ + slack)) {}

result<bool> input_buffer::fill(std::size_t most) {
    if (at_end_) {
        return false;
    }
    make_room();
    const auto got = from_->read(data_.get() + begin_ + size_, std::min(most, chunk_));
    if (!got) {
        return got.error();
    }
    size_ += *got;
    at_end_ = *got == 0;
    return !at_end_;
}

result<void> input_buffer::fill_to(std::size_t size) {
    while (size_ < size && !at_end_) {
        if (const auto filled = fill(); !filled) {
            return filled.error();
        }
    }
    return {};
}

void input_buffer::drop(std::size_t size) noexcept {
    begin_ += size;
    size_ -= size;
}

void input_buffer::cut(std::size_t size) noexcept {
    size_ = std::min(size_, size);
}

result<void> input_buffer::seek(std::uint64_t byte) {
    begin_ = size_ = 0;
    at_end_ = false;
    return from_->seek(byte);
}

void input_buffer::make_room() {
    if (begin_ + size_ + chunk_ <= capacity_) {
        return;
    }
    if (size_ + chunk_ <= capacity_) {
        std::memmove(data_.get(), data_.get() + begin_, size_);
    } else {
        capacity_ = std::max(2 * capacity_, size_ + chunk_);
        auto larger = std::make_unique<char[]>(capacity_ + slack);
        std::memcpy(larger.get(), data_.get() + begin_, size_);
        data_ = std::move(larger);
    }
    begin_ = 0;
}

} // namespace noteload::source
