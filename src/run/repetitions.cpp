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

/// Who waits was counted from another place.
void repetitions::begin_at(const place& base) {
    for (auto& p : parts_) {
        look_for(p);
    }
    base_ = base;
}

void repetitions::look_for(part& in) {
    in.seen.expect(in.waiting.size());
    for (const auto& one : in.waiting) {
        if (in.seen.saw(one.hash)) {
            ++repeated_;
            keep(one);
        }
    }
    in.waiting.clear();
}

void repetitions::keep(const waiting_one& one) {
    const place at{.file = base_.file, .row = base_.row + one.row, .line = base_.line + one.line};
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
