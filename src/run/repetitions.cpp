#include "noteload/run/repetitions.hpp"

#include <algorithm>

namespace noteload::run {

void repetitions::add(std::span<const hashed_row> rows, const place& before) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        seen_.fetch(rows[std::min(i + seen_hashes::fetch_ahead, rows.size() - 1)].hash);
        const auto& [hash, row, line] = rows[i];
        if (!seen_.saw(hash)) {
            continue;
        }
        ++found_.repeated;
        if (found_.first.size() < found::most_places) {
            found_.first.push_back(behind({.file = 0, .row = row, .line = line}, before));
        }
    }
}

repetitions::found repetitions::tell() const {
    found out = found_;
    out.distinct = seen_.size();
    out.gave_up = seen_.gave_up();
    return out;
}

} // namespace noteload::run
