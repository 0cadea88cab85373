#pragma once

#include <cstddef>
#include <string_view>

namespace noteload::source {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Fast; by the CPU's vectors.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Where the first sequence starts that is not UTF-8; the text's size when there is none. Slow.
[[nodiscard]] std::size_t first_bad_utf8(std::string_view text) noexcept;

} // namespace noteload::source
