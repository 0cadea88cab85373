#include "noteload/source/record_feed.hpp"

#include <algorithm>

namespace noteload::source {

namespace {

/// Read at once behind the end of a piece: enough for a record of the usual size.
constexpr std::size_t step_behind = 4096;

} // namespace

result<std::span<const framed>> record_feed::more(std::size_t most) {
    // Only now: the last call's records were views of what is dropped here.
    apply_step();
    found_.clear();
    while (!at_end_) {
        step_ = framer_->frame(buffer_->text(), buffer_->at_end(), found_, most);
        if (!found_.empty()) {
            break;
        }
        apply_step();
        if (buffer_->at_end()) {
            at_end_ = true;
        } else if (const auto filled = buffer_->fill(); !filled) {
            return filled.error();
        }
    }
    return std::span<const framed>(found_);
}

result<std::span<const framed>> record_feed::until(std::uint64_t end) {
    apply_step();
    found_.clear();
    std::uint64_t left = end - framer_->offset();
    std::size_t done = 0; // bytes of the text that are framed: kept, for the records look at them
    while (!at_end_ && (found_.empty() || found_.back().byte < end)) {
        const std::size_t had = buffer_->text().size();
        const std::size_t most = static_cast<std::size_t>(left);
        if (const auto filled = buffer_->fill(most == 0 ? step_behind : most); !filled) {
            return filled.error();
        }
        left -= std::min<std::uint64_t>(left, buffer_->text().size() - had);
        const std::size_t known = found_.size();
        step_ = framer_->frame(buffer_->text().substr(done), buffer_->at_end(), found_);
        for (std::size_t i = known; i < found_.size(); ++i) {
            found_[i].begin += done;
        }
        done += step_.consumed;
        if (step_.keep != framing_step::everything) {
            buffer_->cut(done + step_.keep);
        }
        at_end_ = buffer_->at_end();
    }
    step_ = {.consumed = done};
    return std::span<const framed>(found_);
}

result<void> record_feed::seek(std::uint64_t byte, std::uint64_t line) {
    step_ = {};
    found_.clear();
    at_end_ = false;
    framer_->restart(byte, line);
    return buffer_->seek(byte);
}

void record_feed::apply_step() noexcept {
    buffer_->drop(step_.consumed);
    buffer_->cut(step_.keep);
    step_ = {};
}

} // namespace noteload::source
