#pragma once

#include "noteload/error.hpp"
#include "noteload/outcome.hpp"
#include "noteload/run/import.hpp"
#include "noteload/run/undo.hpp"

namespace noteload::cli {

/// Exit codes are public API: other people's scripts are written against them (README, "Exit
/// codes").
enum class exit_code : int {
    ok = 0,          ///< every row is settled well
    some_bad = 1,    ///< finished; some rows are invalid or refused
    usage = 2,       ///< usage, configuration or an input that cannot be read; nothing was sent
    max_errors = 3,  ///< stopped by --max-errors
    in_doubt = 4,    ///< finished; some rows are in doubt
    interrupted = 5, ///< stopped before the end by a signal
    stopped = 6,     ///< stopped by what is not a row's fault
};

/// Of a failure before the first row.
[[nodiscard]] exit_code code_of(errc why) noexcept;

/// Of rows alone. Where several apply: 4, then 1.
[[nodiscard]] exit_code code_of(const row_counts& counts) noexcept;

/// Of an undo. `some_bad`: some notes are kept, or the server does not delete them.
[[nodiscard]] exit_code code_of(const run::undo_result& r) noexcept;

/// Of a run. Where several apply: 6, 5, 3, 4, 1.
[[nodiscard]] exit_code code_of(const run::import_result& r) noexcept;

} // namespace noteload::cli
