// A recovered log told once more, without what later lines replaced.

#include "noteload/ledger/recovery.hpp"

#include <utility>

namespace noteload::ledger {

last_outcomes::last_outcomes(line_reader lines,
                             std::unordered_map<std::uint64_t, std::uint32_t> superseded)
    : lines_(std::move(lines)), superseded_(std::move(superseded)) {}

result<last_outcomes> last_outcomes::open(const std::string& log_path, const recovered_run& run) {
    auto lines = line_reader::open(log_path, run.good_bytes);
    if (!lines) {
        return lines.error();
    }
    return last_outcomes(std::move(*lines), run.superseded);
}

result<std::optional<row_line>> last_outcomes::next() {
    for (;;) {
        const auto line = lines_.next();
        if (!line) {
            return line.error();
        }
        if (!*line) {
            return std::optional<row_line>();
        }
        const auto what = forms_.read(**line);
        if (const auto* row = std::get_if<row_line>(&what)) {
            const auto earlier = superseded_.find(row->row);
            if (earlier == superseded_.end() || earlier->second == 0) {
                return std::optional(*row);
            }
            --earlier->second;
        }
    }
}

result<void> for_each_last(const std::string& log_path, const recovered_run& run,
                           const std::function<void(const row_line&)>& each) {
    auto rows = last_outcomes::open(log_path, run);
    if (!rows) {
        return rows.error();
    }
    for (;;) {
        const auto row = rows->next();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return {};
        }
        each(**row);
    }
}

} // namespace noteload::ledger
