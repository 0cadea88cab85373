#include "noteload/run/repetitions.hpp"

#include <algorithm>

namespace noteload::run {

repetitions::repetitions(std::size_t most_slots) {
    const std::size_t parts = std::size_t{1} << part_bits;
    parts_.reserve(parts);
    for (std::size_t i = 0; i < parts; ++i) {
        parts_.emplace_back(most_slots / parts);
    }
}

void repetitions::look_for(part& in) {
    for (std::size_t i = 0; i < in.count; ++i) {
        if (in.seen.saw(in.waiting[i].hash)) {
            ++repeated_;
            keep(in.waiting[i].at);
        }
    }
    in.count = 0;
}

void repetitions::keep(const place& at) {
    const auto before = [](const place& a, const place& b) { return a.row < b.row; };
    if (first_.size() == found::most_places && !before(at, first_.back())) {
        return;
    }
    first_.insert(std::upper_bound(first_.begin(), first_.end(), at, before), at);
    first_.resize(std::min(first_.size(), found::most_places));
}

repetitions::found repetitions::tell() {
    found out;
    for (auto& p : parts_) {
        look_for(p);
        out.distinct += p.seen.size();
        out.gave_up = out.gave_up || p.seen.gave_up();
    }
    out.repeated = repeated_;
    out.first = first_;
    return out;
}

} // namespace noteload::run
