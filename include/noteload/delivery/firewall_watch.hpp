#pragma once

#include <cstddef>
#include <cstdint>

namespace noteload::delivery {

/// Whose fault a 403 without JSON is. A firewall in front of the API may dislike one note's text:
/// then the rows before and after it succeed, and the row is refused. Or it shuts us out
/// altogether: then the run stops. The row waits aside until the others have told.
class firewall_watch {
public:
    enum class conclusion : std::uint8_t { wait, refuse_held, stop };

    explicit firewall_watch(std::size_t most_held) : most_held_(most_held) {}

    /// How many were forbidden so far: to be remembered when a request leaves.
    [[nodiscard]] std::uint64_t forbidden_so_far() const { return forbidden_; }
    /// A row was refused this way and is held aside.
    [[nodiscard]] conclusion forbidden() {
        ++forbidden_;
        return ++held_ > most_held_ ? conclusion::stop : conclusion::wait;
    }
    /// Another row was created, whose request left when `then` had been forbidden. How many of
    /// those held, oldest first, are the text's fault: an answer that was already on its way tells
    /// nothing of a firewall that has shut meanwhile.
    [[nodiscard]] std::size_t created(std::uint64_t then) {
        succeeded_ = true;
        const auto before_held = forbidden_ - held_;
        const auto told = then > before_held ? static_cast<std::size_t>(then - before_held) : 0;
        held_ -= told;
        return told;
    }
    /// No row is left that could tell: one harmless read does. Where it is answered and rows had
    /// succeeded before, it is the text.
    [[nodiscard]] conclusion at_the_end(bool read_was_good) const {
        return read_was_good && succeeded_ ? conclusion::refuse_held : conclusion::stop;
    }

private:
    std::size_t most_held_;
    std::uint64_t forbidden_ = 0;
    std::size_t held_ = 0; // of these, the last
    bool succeeded_ = false;
};

} // namespace noteload::delivery
