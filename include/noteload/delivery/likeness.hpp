#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/contact_note.hpp"

// Is a note that the server shows the one that a row in doubt made? Pure, and on any bytes linear
// in their length.
//
// What a wrong answer costs decides every rule here:
//
//     `other`, wrongly         the row is sent again: the note is doubled
//     `same`, wrongly          the row is settled with another's note: its own is lost
//     `unclear`, wrongly       a person looks
//
// So `same` wants everything to agree, `other` wants something that surely differs, and what is
// neither is `unclear`. Who judges a row must, for the contact, leave out notes that other rows
// have claimed, settle all that is `same` first, and only then ask about what is left: another
// row's note is often `unclear` to this one. An `unclear` may turn out to be the note of a row in
// flight.

namespace noteload::delivery {

/// What we sent, read back from the request's body.
struct sent_note {
    std::int64_t contact_id = 0;
    std::string type;
    std::string note;
    std::string note_date_time; ///< as sent; empty: none
    bool important = false;     ///< not sent is false
    bool is_private = false;
    std::optional<std::int64_t> time_spent; ///< never shown by the server; keeps rows apart

    friend bool operator==(const sent_note&, const sent_note&) = default;
};
std::ostream& operator<<(std::ostream& out, const sent_note& n);

/// Nothing where the body is not one that `append_note_body` makes: an object with a positive
/// `contactId`, a `type` and a `note`.
[[nodiscard]] std::optional<sent_note> read_sent_note(std::string_view request_body);

enum class likeness : std::uint8_t {
    same_bytes, ///< `same`, and the text byte for byte
    same,
    unclear,
    other,
};
std::ostream& operator<<(std::ostream& out, likeness l);

/// `same`: contact, type (without case and blanks around it), both flags and the date
/// (`compare_dates`) agree, and the text does: as it is (then `same_bytes`), with blanks folded, or
/// as `shown_text` shows the one or both of them. Text of which tags are all there is (an image)
/// shows nothing and proves nothing: it must agree before that step.
///
/// `unclear`: the text agrees and something else does not, or not surely; one text begins or ends
/// with the other (cut off, with or without an ellipsis, or added to), the shorter having at least
/// 20 bytes or half of the longer's; or the text is another one altogether, but nothing else surely
/// differs.
///
/// `other`: another contact, whatever the rest (two donors with the same letter are the rule); or
/// the text is another one and the type, a flag or the date surely differs too. A contact that was
/// merged meanwhile may show its notes under its new id: who asks must know that it asks for these.
[[nodiscard]] likeness compare(const sent_note& ours, const contact_note& theirs);

/// Equal for twins: rows that one and the same note could be taken for. That is contact, type,
/// flags and the text with every tag and every level of entities gone, and is wider than equal
/// content on purpose: were such rows not twins, one in doubt could be settled with the note of
/// another whose answer is still under way. Not the date: a row without one is `same` with any
/// date, and `3/4/2019` is two days. Not blanks, tags and entities: a note `<p>a b</p>` is `same`
/// for all of the rows `a b`, `a&nbsp;b` and `<b>a</b> b`.
///
/// Guaranteed: whatever note `compare` calls `same` for two rows, their hashes are equal (texts up
/// to 16 levels of entities deep). Equal hashes by chance cost time only. The same within one build
/// of the program: keep it in memory, not in files.
[[nodiscard]] std::uint64_t twin_hash(const sent_note& n);

/// Whether it does not matter which of two twins a found note is given to: nothing that we sent
/// differs but blanks and the case of the type. A note that is `same` for two twins that are not
/// interchangeable settles neither while there are fewer notes than rows: to give one the other's
/// note and send it again would lose one and double the other. `same_bytes` breaks the tie only
/// where it holds for one of them alone: it speaks of the text, and twins may have the same text
/// and other dates.
[[nodiscard]] bool interchangeable(const sent_note& a, const sent_note& b);

} // namespace noteload::delivery
