#include "noteload/source/record_feed.hpp"

namespace noteload::source {

result<std::span<const framed>> record_feed::more(std::size_t most) {
    // Only now: the last call's records were views of what is dropped here.
    apply_step();
    found_.clear();
    while (!at_end_) {
        step_ = framer_.frame(buffer_.text(), buffer_.at_end(), found_, most);
        if (!found_.empty()) {
            break;
        }
        apply_step();
        if (buffer_.at_end()) {
            at_end_ = true;
        } else if (const auto filled = buffer_.fill(); !filled) {
            return filled.error();
        }
    }
    return std::span<const framed>(found_);
}

result<void> record_feed::seek(std::uint64_t byte, std::uint64_t line) {
    step_ = {};
    found_.clear();
    at_end_ = false;
    framer_.restart(byte, line);
    return buffer_.seek(byte);
}

void record_feed::apply_step() noexcept {
    buffer_.drop(step_.consumed);
    buffer_.cut(step_.keep);
    step_ = {};
}

} // namespace noteload::source
