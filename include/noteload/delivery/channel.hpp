#pragma once

#include <string_view>

#include "noteload/delivery/judgement.hpp"
#include "noteload/delivery/task.hpp"

namespace noteload::delivery {

/// A way to the server, with one exchange at a time. It lives on the network's thread.
class channel {
public:
    virtual ~channel() = default;

    /// Sends the request and reads its answer. Never throws and never retries: what happened is in
    /// `into`, whatever that was before, with the moment when it had ended; its texts' memory is
    /// used again. Both must live until the end.
    [[nodiscard]] virtual task<> exchange(std::string_view request, attempt& into) = 0;

    /// Ends what is under way as if its time were up, with `words`; harmless when idle.
    virtual void cut(std::string_view words) = 0;
};

} // namespace noteload::delivery
