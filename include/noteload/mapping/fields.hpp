#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace noteload::mapping {

/// The fields of the request body, in the order in which a mapper asks for their columns.
enum class field : std::uint8_t {
    contact_id,
    type,
    note,
    note_date_time,
    important,
    is_private,
    time_spent,
};

/// The API's names, which are also the mapping file's.
inline constexpr std::array<std::string_view, 7> field_names = {
    "contactId", "type", "note", "noteDateTime", "important", "private", "timeSpent"};

[[nodiscard]] constexpr std::string_view to_word(field f) noexcept {
    return field_names[static_cast<std::size_t>(f)];
}

/// Without a column for it no row can become a note.
[[nodiscard]] constexpr bool is_required(field f) noexcept {
    return f == field::contact_id || f == field::type || f == field::note;
}

} // namespace noteload::mapping
