#pragma once

#include <string_view>

namespace noteload::source {

/// Whether all of `text` is a number by JSON's grammar (RFC 8259, section 6).
[[nodiscard]] bool is_json_number(std::string_view text) noexcept;

/// Whether `text` begins an object and does not end it: more of it is missing. Says nothing of what
/// is wrong before.
[[nodiscard]] bool is_unfinished_json(std::string_view text) noexcept;

/// Whether the first escape in `inside` (as `unescape_json` takes it) that cannot be read is a half
/// of a surrogate pair: JSON by its grammar, but no character.
[[nodiscard]] bool is_half_character(std::string_view inside) noexcept;

/// Resolves the escapes of what stands between a JSON string's quotes, which is UTF-8 without
/// control characters, into `out`, which has room for as many bytes. Returns the end of what was
/// written; nullptr for an escape that JSON does not have or half of a surrogate pair (simdjson
/// 3.0 lets some of these pass).
char* unescape_json(std::string_view inside, char* out) noexcept;

} // namespace noteload::source
