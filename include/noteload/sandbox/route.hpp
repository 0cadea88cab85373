#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace noteload::sandbox {

/// What a request asks for. The names are those of `/_sandbox/stats`.
enum class operation : std::uint8_t {
    create_note,
    get_note,
    update_note,
    delete_note,
    notes_by_contact,
    query_notes,
    note_query_options,
    note_types,
    organization,
    get_contact,
    contact_by_reference,
    find_contact,
    query_contacts,
    token,
    sandbox_notes,
    sandbox_stats,
    wrong_method, ///< a known path, but not with this method
    unknown,
};
inline constexpr std::size_t operations = 18;
[[nodiscard]] std::string_view to_word(operation op) noexcept;

/// A request's target, taken apart and percent-decoded.
struct route {
    operation op = operation::unknown;
    std::vector<std::string> words;                          ///< the path's variable segments
    std::vector<std::pair<std::string, std::string>> params; ///< the query

    /// A parameter by name, without regard to case; empty when it is not there.
    [[nodiscard]] std::string_view param(std::string_view name) const;
    /// The same as a number within bounds; `otherwise` when it is missing or none.
    [[nodiscard]] std::int64_t number(std::string_view name, std::int64_t otherwise,
                                      std::int64_t least, std::int64_t most) const;
    /// A variable segment as an id.
    [[nodiscard]] std::optional<std::int64_t> id(std::size_t word) const;
};

/// Fixed segments are compared without regard to case, and one `/` at the end does not matter.
[[nodiscard]] route find_route(std::string_view method, std::string_view target);

} // namespace noteload::sandbox
