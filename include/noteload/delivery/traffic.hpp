#pragma once

#include <optional>

#include "noteload/delivery/judgement.hpp"
#include "noteload/delivery/limiter.hpp"
#include "noteload/went_through.hpp"

namespace noteload::delivery {

/// What went over the wire so far, look-ups and probes too.
struct traffic {
    went_through met;                    ///< what can be seen of it here: requests and failures
    std::optional<limiter::state> quota; ///< of the tightest window, by the last answers
};

/// Adds one exchange.
void count(went_through& met, const attempt& a);

} // namespace noteload::delivery
