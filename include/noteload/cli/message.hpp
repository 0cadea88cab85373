#pragma once

#include <string_view>

namespace noteload::cli {

/// Writes to standard error. That nobody reads it any more (`2>&1 | head`, a closed terminal) is no
/// reason to end a run, so it never fails; `fmt::print` and `std::cerr` with exceptions would.
void write_message(std::string_view text) noexcept;

} // namespace noteload::cli
