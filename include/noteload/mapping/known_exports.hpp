#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace noteload::mapping {

/// A column that an export may have, under any of its names, separated by `|`.
using column_names = std::string_view;

/// The note export of a known system: its columns, and the public page that they are taken from.
struct known_export {
    std::string_view system;
    std::string_view source;            ///< where anybody can read it
    std::span<const column_names> must; ///< by these it is recognised
    column_names key;
    column_names contact;
    std::string_view by; ///< for `[contactId]`
    column_names type;   ///< empty: the export has none
    /// The text, and what stands before and after it in a template where the file has those.
    column_names note;
    column_names title;
    column_names author;
    column_names date;
    column_names is_private;
    column_names time_spent; ///< in minutes
    bool is_html = false;
    std::span<const std::pair<std::string_view, std::string_view>> types; ///< theirs to Virtuous's
};

/// In the order in which they are tried.
[[nodiscard]] std::span<const known_export> known_exports() noexcept;

} // namespace noteload::mapping
