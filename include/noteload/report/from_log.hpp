#pragma once

#include <string>

#include "noteload/error.hpp"
#include "noteload/report/summary.hpp"

namespace noteload::report {

struct told_run {
    summary rows;
    run_facts facts; ///< but `exit_code`, which no log has
};

/// What the log in a run's folder tells, whether the run has ended or not. Changes nothing.
/// `errc::run_folder` where there is none, `errc::changed` where it is damaged.
[[nodiscard]] result<told_run> read_run(const std::string& folder);

/// Writes the folder's `report.html` from its log; returns its path.
[[nodiscard]] result<std::string> write_report(const std::string& folder);

} // namespace noteload::report
