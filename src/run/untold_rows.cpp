#include "noteload/run/untold_rows.hpp"

#include <algorithm>

namespace noteload::run {

untold_rows count_untold(const ledger::recovered_run& log, std::uint64_t skipped,
                         std::uint64_t last) {
    auto end = std::max(last, log.rows.last());
    for (const auto& mark : log.open_marks) {
        end = std::max(end, mark.last);
    }
    untold_rows found;
    for (auto row = skipped + 1; row <= end; ++row) {
        const auto told = log.rows.of(row);
        if (told) {
            ++found.all[*told];
        } else if (log.is_doubtful(row)) {
            ++found.in_doubt;
        } else if (row <= last) {
            ++found.not_attempted;
        }
    }
    found.all[outcome::in_doubt] += found.in_doubt;
    found.all[outcome::not_attempted] += found.not_attempted;
    found.all.read = found.all.settled();
    return found;
}

} // namespace noteload::run
