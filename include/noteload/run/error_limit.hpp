#pragma once

#include <cstdint>

namespace noteload::run {

/// `--max-errors`: how many rows may be invalid or refused before the run stops. Per cent are of
/// the rows settled, and look only once a hundred are.
struct error_limit {
    std::uint64_t count = 100;
    bool is_percent = false;

    [[nodiscard]] bool passed(std::uint64_t errors, std::uint64_t settled) const noexcept {
        return is_percent ? settled >= 100 && errors * 100 > count * settled : errors > count;
    }

    friend bool operator==(const error_limit&, const error_limit&) = default;
};

} // namespace noteload::run
