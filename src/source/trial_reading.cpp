#include "noteload/source/trial_reading.hpp"

#include <algorithm>

#include "noteload/source/csv_framer.hpp"

namespace noteload::source {

trial_reading read_for_trial(const csv_dialect& dialect, std::string_view text, bool whole,
                             std::uint32_t columns) {
    csv_framer framer(dialect, std::max<std::size_t>(text.size(), 1));
    trial_reading r;
    framing_step step;
    if (columns == 0) {
        step = framer.frame(text, whole, r.found, 1);
        if (r.found.empty()) {
            framer.restart(0, 1);
            step = framer.frame(text, true, r.found, 1);
        }
        if (r.found.empty()) {
            return r;
        }
        columns = r.found.front().columns;
    }
    r.columns = columns;
    r.has_header = !r.found.empty();
    framer.expect_columns(columns);
    const std::size_t header = step.consumed;
    step = framer.frame(text.substr(header), whole, r.found);
    r.rest = header + step.consumed;
    for (std::size_t i = r.has_header ? 1 : 0; i < r.found.size(); ++i) {
        framed& f = r.found[i];
        f.begin += header;
        const bool good = !f.bad_quoting && !f.truncated && f.columns == columns;
        ++(good ? r.good : r.bad);
    }
    return r;
}

} // namespace noteload::source
