// What a log says of each row, half a byte for each.

#include "noteload/ledger/recovery.hpp"

#include <algorithm>

namespace noteload::ledger {

std::optional<outcome> row_states::of(std::uint64_t row) const {
    const auto at = row / 2;
    if (at >= nibbles_.size()) {
        return std::nullopt;
    }
    const auto nibble = (nibbles_[at] >> (row % 2 * 4)) & 0xF;
    return nibble == 0 ? std::nullopt : std::optional(static_cast<outcome>(nibble - 1));
}

void row_states::set(std::uint64_t row, std::optional<outcome> what) {
    const auto at = row / 2;
    if (at >= nibbles_.size()) {
        nibbles_.resize(at + 1);
    }
    const unsigned nibble = what ? static_cast<unsigned>(*what) + 1 : 0;
    const unsigned shift = row % 2 * 4;
    nibbles_[at] = static_cast<std::uint8_t>((nibbles_[at] & ~(0xFu << shift)) | (nibble << shift));
    last_ = std::max(last_, row);
}

std::uint64_t row_states::first_unread(std::uint64_t from) const {
    for (auto row = from; row <= last_; ++row) {
        const auto what = of(row);
        if (!what || what == outcome::not_attempted) {
            return row;
        }
    }
    return std::max(from, last_ + 1);
}

row_counts row_states::counts() const {
    row_counts counts;
    for (std::uint64_t row = 1; row <= last_; ++row) {
        if (const auto what = of(row)) {
            ++counts.read;
            ++counts[*what];
        }
    }
    return counts;
}

} // namespace noteload::ledger
