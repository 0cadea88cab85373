#include "noteload/source/reading_ahead.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace noteload::source {

reading_ahead::reading_ahead(std::unique_ptr<byte_source> from, std::size_t block_size)
    : from_(std::move(from)) {
    for (auto& b : blocks_) {
        b.bytes.resize(block_size);
    }
    start();
}

reading_ahead::~reading_ahead() {
    stop();
}

void reading_ahead::start() {
    at_ = 0;
    filled_ = given_ = 0;
    is_over_ = false;
    thread_ = std::jthread([this] { work(); });
}

void reading_ahead::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void reading_ahead::work() {
    for (std::uint64_t n = 0;; ++n) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return is_over_ || n - given_ < blocks_.size(); });
            if (is_over_) {
                return;
            }
        }
        block& b = blocks_[n % blocks_.size()];
        b.size = from_->read(b.bytes.data(), b.bytes.size());
        const bool is_last = !b.size || *b.size == 0;
        const std::lock_guard lock(mutex_);
        ++filled_;
        changed_.notify_all();
        if (is_last) {
            return;
        }
    }
}

result<std::size_t> reading_ahead::read(char* into, std::size_t size) {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return given_ < filled_; });
    }
    const block& b = blocks_[given_ % blocks_.size()];
    if (!b.size || *b.size == 0) {
        return b.size; // and again, however often it is asked for
    }
    const std::size_t given = std::min(size, *b.size - at_);
    std::memcpy(into, b.bytes.data() + at_, given);
    at_ += given;
    if (at_ == *b.size) {
        at_ = 0;
        const std::lock_guard lock(mutex_);
        ++given_;
        changed_.notify_all();
    }
    return given;
}

result<void> reading_ahead::seek(std::uint64_t byte) {
    stop();
    auto gone = from_->seek(byte);
    start();
    return gone;
}

} // namespace noteload::source
