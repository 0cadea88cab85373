#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "noteload/delivery/limiter.hpp"

namespace noteload::delivery {

/// What went over the wire so far, look-ups and probes too.
struct traffic {
    std::map<int, std::uint64_t> answers; ///< requests by their answer's status; 0: none came
    std::optional<limiter::state> quota;  ///< of the tightest window, by the last answers
};

} // namespace noteload::delivery
