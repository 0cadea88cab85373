#pragma once

#include <string>
#include <string_view>

#include "noteload/source/byte_source.hpp"

namespace noteload::source {

/// Lets somebody look at an input's first bytes before they are read. `read` gives them first.
class peeking_source final : public byte_source {
public:
    explicit peeking_source(std::unique_ptr<byte_source> from) : from_(std::move(from)) {}

    /// The first bytes, to be called before anything is read: `size` of them, or all there are. Of
    /// a pipe that rests, those that came; but waits for a first line, for without one there is
    /// nothing to look at.
    [[nodiscard]] result<std::string_view> peek(std::size_t size);

    /// Whether `peek` has seen the end.
    [[nodiscard]] bool saw_end() const noexcept { return saw_end_; }

    result<std::size_t> read(char* into, std::size_t size) override;
    result<void> seek(std::uint64_t byte) override;
    bool soon() override { return at_ < held_.size() || from_->soon(); }
    bool was_cut() const override { return from_->was_cut(); }

private:
    std::unique_ptr<byte_source> from_;
    std::string held_;
    std::size_t at_ = 0; ///< of `held_`, the next byte to give
    bool saw_end_ = false;
};

} // namespace noteload::source
