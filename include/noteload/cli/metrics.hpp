#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/run/import.hpp"

// `--metrics-file`: how a run goes, in Prometheus' text format, for the node exporter's textfile
// collector. The names are public API.

namespace noteload::cli {

/// All that the file tells.
struct metrics {
    run::import_progress at;                       ///< the last moment of the run
    std::chrono::system_clock::time_point started; ///< of this process
    std::optional<int> exit_code;                  ///< nothing while it goes on
    std::chrono::system_clock::time_point now;
    /// Of the last run that ended with exit code 0, this one or an earlier; nothing: none has.
    std::optional<std::chrono::system_clock::time_point> last_success;
};

[[nodiscard]] std::string metrics_text(const metrics& m);

/// What an earlier run's text tells of the last success, to be told again.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> last_success_of(
    std::string_view text);

/// Puts the text in the place of the file by rename, readable by everyone (it holds numbers
/// alone), so that no reader sees a part of it. False: it could not be written.
[[nodiscard]] bool write_metrics(const std::string& path, const std::string& text);

} // namespace noteload::cli
