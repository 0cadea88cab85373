#pragma once

#include <string>
#include <string_view>

#include "noteload/entities.hpp"

// Note texts made fit for comparing. What the server does to a text is not documented: it may be
// shown as HTML, with entities, with other line ends. All functions are pure, take any bytes, need
// time linear in their length and never make them longer. What is said of characters holds for
// valid UTF-8, which every text out of a JSON parser is; other bytes are kept as they are.

namespace noteload::delivery {

/// Every run of blanks (space, tab, line ends, NBSP and the other spaces of Unicode) becomes one
/// space; none is left at the ends. What has no width and shows nothing (zero-width space and
/// joiners, soft hyphen, byte order mark, direction marks) is dropped and not made a blank, so that
/// a word keeps its halves together whether or not a server keeps such marks. Idempotent.
[[nodiscard]] std::string fold_blanks(std::string_view text);

/// HTML's tags and comments removed; the tags of elements that begin a line or a cell (`<br>`,
/// `</p>`, `<li>`) leave a blank. Only elements that HTML or Office know are tags: `<5`,
/// `<Jo@x.org>` and `<FirstName>` are words that somebody wrote, and removing words would make
/// different notes look the same. A tag ends at the next `>` and holds no `<`, quoted or not; what
/// never ends stays text. The contents of `<style>` and `<script>` stay too.
[[nodiscard]] std::string without_tags(std::string_view text);

/// Whether anything could be a tag or an entity. Most notes hold neither `<` nor `&`.
[[nodiscard]] bool has_markup(std::string_view text) noexcept;

/// What a reader of a page with this text sees: blanks folded, then tags removed, then entities
/// decoded, then blanks folded again. Equal for texts whose `fold_blanks` are equal. Not
/// idempotent:
/// `&amp;lt;` takes two steps to `<`.
[[nodiscard]] std::string shown_text(std::string_view text);

} // namespace noteload::delivery
