#pragma once

#include <string>

#include "noteload/report/summary.hpp"

namespace noteload::report {

/// What a run went through, in a sentence or a few, each on a line of its own; empty where all went
/// smoothly. Of the whole run, as far as its processes have told.
[[nodiscard]] std::string met_words(const run_facts& run);

} // namespace noteload::report
