#include "noteload/cli/exit_code.hpp"

namespace noteload::cli {

exit_code code_of(errc why) noexcept {
    switch (why) {
        case errc::usage:
        case errc::input:
        case errc::run_folder:
        case errc::no_token:
            return exit_code::usage;
        case errc::interrupted:
            return exit_code::interrupted;
        case errc::token:
        case errc::permission:
        case errc::organization:
        case errc::certificate:
        case errc::unreachable:
        case errc::protocol:
        case errc::disk:
        case errc::changed:
        case errc::bug:
            return exit_code::stopped;
    }
    return exit_code::stopped;
}

exit_code code_of(const row_counts& counts) noexcept {
    if (counts[outcome::in_doubt] > 0) {
        return exit_code::in_doubt;
    }
    // Of a run that came to its end, rows that were not attempted are those out of tries.
    const bool bad =
        counts[outcome::invalid] + counts[outcome::refused] + counts[outcome::not_attempted] > 0;
    return bad ? exit_code::some_bad : exit_code::ok;
}

exit_code code_of(const run::undo_result& r) noexcept {
    if (r.how == run::ending::interrupted) {
        return exit_code::interrupted;
    }
    if (r.why) {
        // Once it has begun, notes may have been deleted: 2 would promise that none were.
        return r.begun ? exit_code::stopped : code_of(r.why->code);
    }
    if (r.plan.is_unsure()) {
        return exit_code::in_doubt;
    }
    const bool some_left = r.counts[undo_outcome::kept] + r.counts[undo_outcome::refused] > 0;
    return some_left ? exit_code::some_bad : exit_code::ok;
}

exit_code code_of(const run::import_result& r) noexcept {
    switch (r.how) {
        case run::ending::failed:
            // Once a run has begun, notes may have been sent: 2 would promise that none were.
            return r.folder.empty() && r.why ? code_of(r.why->code) : exit_code::stopped;
        case run::ending::interrupted:
            return exit_code::interrupted;
        case run::ending::max_errors:
            return exit_code::max_errors;
        case run::ending::finished:
        case run::ending::limited:
        case run::ending::was_finished:
            return code_of(r.summary.counts());
    }
    return exit_code::stopped;
}

} // namespace noteload::cli
