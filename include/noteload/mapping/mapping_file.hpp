#pragma once

#include <string>
#include <string_view>

#include "noteload/error.hpp"
#include "noteload/mapping/mapping_rules.hpp"

// The mapping file: TOML in UTF-8, every key documented in the README. Pure.

namespace noteload::mapping {

inline constexpr std::size_t largest_mapping = 1 << 20; ///< bytes; more is not a mapping file
inline constexpr std::size_t most_columns = 32;         ///< that one mapping can read

/// The rules of a mapping file's text. Fails (`errc::usage`) with everything that is wrong, one
/// problem a line, each as `NAME:LINE: what, and what to do`. A table that is not there leaves its
/// field's defaults.
[[nodiscard]] result<mapping_rules> parse_mapping(std::string_view text, std::string_view name);

/// `text` as a TOML string, in quotes.
[[nodiscard]] std::string toml_text(std::string_view text);

/// The rules as a mapping file; what holds by default is left out, but for the columns. Parsing it
/// gives equal rules.
[[nodiscard]] std::string to_toml(const mapping_rules& rules);

} // namespace noteload::mapping
