#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "noteload/source/csv_dialect.hpp"
#include "noteload/source/framer.hpp"

namespace noteload::source {

/// What the first part of a text is, read in some dialect.
struct trial_reading {
    std::vector<framed> found; ///< with the header, where there is one
    bool has_header = false;
    std::uint32_t columns = 0; ///< the header's
    std::size_t good = 0;      ///< records with as many, and well-formed
    std::size_t bad = 0;
    std::size_t rest = 0; ///< where the record begins that is not complete

    [[nodiscard]] bool has_rows() const noexcept { return good + bad != 0; }
};

/// `whole`: nothing comes behind the text. `columns`: what a record has to have; 0 for as many as
/// the first one, which is the header.
[[nodiscard]] trial_reading read_for_trial(const csv_dialect& dialect, std::string_view text,
                                           bool whole, std::uint32_t columns);

} // namespace noteload::source
