#include "noteload/run/value_counts.hpp"

#include <algorithm>

namespace noteload::run {

void value_counts::add(std::string_view value, std::uint64_t rows) {
    if (last_ < values_.size() && values_[last_].value == value) {
        values_[last_].rows += rows;
        return;
    }
    auto known = known_.find(value);
    if (known == known_.end()) {
        if (values_.size() == most_) {
            others_ += rows;
            return;
        }
        known = known_.emplace(value, values_.size()).first;
        values_.push_back({std::string(value), 0});
    }
    last_ = known->second;
    values_[last_].rows += rows;
}

void value_counts::add(const value_counts& later) {
    for (const auto& v : later.values_) {
        add(v.value, v.rows);
    }
}

void value_counts::clear() noexcept {
    values_.clear();
    known_.clear();
    last_ = 0;
    others_ = 0;
}

std::vector<counted_value> value_counts::most_rows_first() const {
    auto out = values_;
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.rows > b.rows; });
    return out;
}

} // namespace noteload::run
