#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

// Whether a CSV header has what a mapping needs. Names are compared without regard to ASCII case
// and surrounding blanks, as the readers do. Pure.

namespace noteload::mapping {

struct wanted_column {
    std::string_view name;
    bool required = false;
};

/// What is wrong with the header, as sentences that say what was found and what to do: a required
/// column is missing, or a wanted one stands there twice (which of the two would be a guess).
/// Nothing where it will do. Text of the header is quoted printable and bounded. `advice`: what to
/// do where the header is right, and names its columns otherwise.
[[nodiscard]] std::optional<std::string> complain(std::span<const std::string> header,
                                                  std::span<const wanted_column> wanted,
                                                  std::string_view advice = {});

[[nodiscard]] bool same_column(std::string_view a, std::string_view b) noexcept;

} // namespace noteload::mapping
