#pragma once

#include <cstdint>

#include "noteload/ledger/recovery.hpp"
#include "noteload/outcome.hpp"

namespace noteload::run {

/// The rows of a run whose log could not be written to its end.
struct untold_rows {
    row_counts all;                  ///< of every row, by what the log says and these two
    std::uint64_t in_doubt = 0;      ///< without an outcome, under a mark: they may have been sent
    std::uint64_t not_attempted = 0; ///< without an outcome, and certainly not sent

    [[nodiscard]] std::uint64_t rows() const noexcept { return in_doubt + not_attempted; }
};

/// Of the rows behind the `skipped` first: those that the log tells of, those under its marks, and
/// those up to `last`, which were taken up. The counts balance.
[[nodiscard]] untold_rows count_untold(const ledger::recovered_run& log, std::uint64_t skipped,
                                       std::uint64_t last);

} // namespace noteload::run
