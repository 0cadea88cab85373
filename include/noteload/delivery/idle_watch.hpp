#pragma once

#include "noteload/clock.hpp"

namespace noteload::delivery {

/// When an idle connection has to be looked at before it is used again. A server that closes one
/// does so without our asking, and a request that meets it is in doubt for nothing. To look costs a
/// call to the kernel for each row (4% of a run on loopback). One that is used again within a
/// millisecond of its answer can be met so only by servers that close right behind an answer and do
/// not say so in it: whether this is one, the first looks tell, or the first loss. A rule without a
/// clock; one for each channel, however often that connects again.
class idle_watch {
public:
    using duration = steady_clock::duration;

    /// Whether to look, having been idle for so long.
    [[nodiscard]] bool must_look(duration idle) const {
        return is_suspicious_ || found_open_ < enough_ || idle >= long_;
    }
    void found_open() { found_open_ += found_open_ < enough_ ? 1 : 0; }
    /// By a look, or because a request on it was lost: from now on every time is looked.
    void found_closed(duration idle) { is_suspicious_ = is_suspicious_ || idle < long_; }

private:
    static constexpr int enough_ = 16;
    static constexpr duration long_ = std::chrono::milliseconds(1);

    int found_open_ = 0;
    bool is_suspicious_ = false;
};

} // namespace noteload::delivery
