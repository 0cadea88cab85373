#pragma once

#include <functional>
#include <string>

#include "noteload/error.hpp"
#include "noteload/run/import.hpp"

namespace noteload::run {

struct resume_options {
    std::string folder;
    /// Asked for only where something is left to do.
    delivery::token_reader token;
    /// Changes what the run was started with, by what the user says today; may be empty.
    std::function<void(import_options&)> amend;
    std::string state_folder; ///< as `import_options`
    bool refused = false;     ///< try the refused rows again
};

/// Goes on where a run stopped: settles what is in doubt by asking the server, then reads on. Needs
/// the folder, the token, and the inputs as they were; everything else stands in the log. A run
/// that is finished and has no doubts is left as it is (`ending::was_finished`).
///
/// Refuses, with `errc::changed` and what it is: another input, mapping or organisation than the
/// run began with, a damaged log, one of another version, and a run that was undone; with
/// `errc::run_folder` a folder in use or without a log.
[[nodiscard]] import_result run_resume(const resume_options& options, import_observer& watch);

} // namespace noteload::run
