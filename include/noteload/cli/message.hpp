#pragma once

#include <string_view>

namespace noteload::cli {

/// Writes to standard error. That nobody reads it any more (`2>&1 | head`, a closed terminal) is no
/// reason to end a run, so it never fails; `fmt::print` and `std::cerr` with exceptions would.
void write_message(std::string_view text) noexcept;

/// In characters, of the terminal that a stream is; 80 where it is none.
[[nodiscard]] std::size_t terminal_width(int stream) noexcept;

} // namespace noteload::cli
