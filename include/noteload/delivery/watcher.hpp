#pragma once

#include <string>
#include <string_view>

#include "noteload/error.hpp"

namespace noteload::delivery {

/// Who is told how a pool's sending goes. Called on the network's thread.
class watcher {
public:
    virtual ~watcher() = default;

    /// `what` is a fixed word of the log (`paused`, `going_on`), `detail` for people.
    virtual void tell(std::string_view what, std::string_view why, std::string detail) = 0;
    /// The pool stops of itself: give it nothing more. Called once at the most.
    virtual void halt(const failure& why) = 0;
};

} // namespace noteload::delivery
