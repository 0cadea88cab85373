#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// What a mapping does to a note's text. All functions are pure, take any bytes, append to `out` and
// allocate only where it has no room.

namespace noteload::mapping {

/// `<` and `&` as entities, and every line end (CRLF, LF, CR) as `<br>`.
void append_escaped(std::string& out, std::string_view text);

/// What a reader of the page sees, as plain text: blocks and `<br>` on lines of their own, list
/// items with a dash, blanks folded as HTML does, non-breaking ones made blanks, entities decoded.
/// A link's address follows its text in brackets where it says something else; a picture is
/// `[picture: ALT SOURCE]`. Comments, scripts and styles, which nobody sees, are left out. A tag
/// that never ends is text.
void append_shown(std::string& out, std::string_view html);

/// Whether `text` holds a picture inside it (`data:image/…;base64,…`).
[[nodiscard]] bool has_picture(std::string_view text) noexcept;

/// `text` with each such picture, and the `<img>` tag around it, replaced by
/// `[picture left out: image/png, 34 kB]`.
void append_without_pictures(std::string& out, std::string_view text);

/// Unicode characters, of valid UTF-8.
[[nodiscard]] std::size_t characters(std::string_view text) noexcept;

/// The least `most` for `truncate`: room for its mark.
inline constexpr std::size_t least_truncated = 100;

/// Cuts `text`, which has more than `most` characters, to `most` at the most, its end being
/// ` [shortened: 70,000 characters before]`. Nothing is cut inside a character, or, where the text
/// is HTML, inside an entity or a tag.
void truncate(std::string& text, std::size_t most, bool is_html);

} // namespace noteload::mapping
