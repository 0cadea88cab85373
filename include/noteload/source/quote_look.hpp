#pragma once

#include <cstdint>
#include <string_view>

#include "noteload/source/csv_dialect.hpp"

namespace noteload::source {

/// A text, read twice: with `"` and with `'` for the quote.
struct quote_choice {
    csv_dialect usual;
    csv_dialect other;
    std::uint32_t columns = 0; ///< what a record has to have; 0: the first one is the header
};

/// What speaks for `'`.
enum class quote_sign : std::uint8_t {
    none,
    header, ///< all its cells are wrapped in it
    records ///< see `look_for_quote`
};

/// Whether it is beyond doubt that cells are wrapped in `'`. `first` is the input's first part;
/// `whole`: nothing comes behind it. Either all cells of the header are, and the records read no
/// worse so. Or records are broken or ragged with `"` and none is with `'`, no cell begins with
/// `"`, and cells are wrapped. A remark in such quotes, in a file that reads well as it is, is none
/// of these.
[[nodiscard]] quote_sign look_for_quote(std::string_view first, bool whole, const quote_choice& c);

} // namespace noteload::source
