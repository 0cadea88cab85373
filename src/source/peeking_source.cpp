#include "noteload/source/peeking_source.hpp"

#include <algorithm>
#include <cstring>

namespace noteload::source {

result<std::string_view> peeking_source::peek(std::size_t size) {
    const auto has_line = [this] { return held_.find_first_of("\r\n") != std::string::npos; };
    std::size_t have = held_.size();
    while (have < size && !saw_end_ && (have == 0 || !has_line() || from_->soon())) {
        held_.resize(size);
        const auto got = from_->read(held_.data() + have, size - have);
        have += got ? *got : 0;
        held_.resize(have);
        if (!got) {
            return got.error();
        }
        saw_end_ = *got == 0;
    }
    return std::string_view(held_);
}

result<std::size_t> peeking_source::read(char* into, std::size_t size) {
    if (at_ == held_.size()) {
        return saw_end_ ? result<std::size_t>(0) : from_->read(into, size);
    }
    const std::size_t given = std::min(size, held_.size() - at_);
    std::memcpy(into, held_.data() + at_, given);
    at_ += given;
    if (at_ == held_.size()) {
        held_ = {};
        at_ = 0;
    }
    return given;
}

result<void> peeking_source::seek(std::uint64_t byte) {
    held_ = {};
    at_ = 0;
    saw_end_ = false;
    return from_->seek(byte);
}

} // namespace noteload::source
