#pragma once

#include <string>

#include "noteload/report/summary.hpp"

namespace noteload::report {

/// `report.html`: what became of a run, for people, as one file that needs nothing else and runs
/// nothing. All that came from outside is escaped.
[[nodiscard]] std::string report_html(const summary& s, const run_facts& facts);

} // namespace noteload::report
