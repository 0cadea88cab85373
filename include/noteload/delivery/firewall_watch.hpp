#pragma once

#include <cstddef>

namespace noteload::delivery {

/// Whose fault a 403 without JSON is. A firewall in front of the API may dislike one note's text:
/// then the rows before and after it succeed, and the row is refused. Or it shuts us out
/// altogether: then the run stops. The row waits aside until the others have told.
class firewall_watch {
public:
    enum class conclusion { wait, refuse_held, stop };

    explicit firewall_watch(std::size_t most_held) : most_held_(most_held) {}

    /// A row was refused this way and is held aside.
    [[nodiscard]] conclusion forbidden() {
        return ++held_ > most_held_ ? conclusion::stop : conclusion::wait;
    }
    /// Another row was created.
    [[nodiscard]] conclusion created() {
        succeeded_ = true;
        if (held_ == 0) {
            return conclusion::wait;
        }
        held_ = 0;
        return conclusion::refuse_held;
    }
    /// No row is left that could tell: one harmless read does. Where it is answered and rows had
    /// succeeded before, it is the text.
    [[nodiscard]] conclusion at_the_end(bool read_was_good) const {
        return read_was_good && succeeded_ ? conclusion::refuse_held : conclusion::stop;
    }

private:
    std::size_t most_held_;
    std::size_t held_ = 0;
    bool succeeded_ = false;
};

} // namespace noteload::delivery
