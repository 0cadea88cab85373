#pragma once

#include <string>
#include <string_view>

// HTML's entities in note texts, for whoever writes notes and whoever compares them.

namespace noteload {

/// Entities of one level decoded: `&lt;`, `&eacute;`, `&hellip;`, `&#39;`, `&#x1F600;`. All names
/// of Latin-1, the typographic ones and a few symbols; the closing `;` is needed. Unknown names,
/// and numbers that are no character, stay.
[[nodiscard]] std::string decode_entities(std::string_view text);

/// The same, appended to `out`; allocates only where `out` has no room.
void append_decoded(std::string& out, std::string_view text);

} // namespace noteload
