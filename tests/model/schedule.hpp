#pragma once

#include <string>
#include <vector>

#include "noteload/outcome.hpp"
#include "plan.hpp"

namespace noteload::model {

/// What became of a plan.
struct report {
    std::vector<std::string> wrong;       ///< promises that were broken; empty: all were kept
    row_counts counts;                    ///< of the rows' last outcomes
    std::uint64_t had_to_be_in_doubt = 0; ///< of these, for want of a note that tells the time
    int lives = 0;
    int steps = 0;
    bool finished = false;
    bool as_planned = false; ///< the first life came to the end that was planned for it
    std::string log;         ///< and what the server got, in `story`
    std::string story;
};

/// Lives after lives until one ends well, deaths and signals as planned; then everything that was
/// promised is looked at.
[[nodiscard]] report run_plan(const plan& p);

} // namespace noteload::model
