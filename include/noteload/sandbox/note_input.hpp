#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "noteload/sandbox/dates.hpp"
#include "noteload/sandbox/message.hpp"

namespace noteload::sandbox {

/// The body of a create or an update, read and found good.
struct note_input {
    std::optional<std::int64_t> contact_id; ///< always there for a create
    std::string type;
    std::string note;
    std::optional<std::string> note_date_time;
    std::optional<day_number> note_day;
    std::optional<bool> important;
    std::optional<bool> is_private;
    std::optional<std::int64_t> time_spent;

    friend bool operator==(const note_input&, const note_input&) = default;
};

enum class input_kind : std::uint8_t {
    create, ///< contactId, type and note are required
    update, ///< nothing is: what is left out is removed
};

/// The note in `body`, or the answer that says what is wrong with it:
/// - nothing at all: 400 "The argument cannot be null";
/// - broken JSON, a member of the wrong JSON type (numbers in strings too), a date that cannot be
///   read, something required that is missing: 400 with `modelState`;
/// - well-formed, but not a note: an unknown type, an empty text, a contactId below 1: 422 in the
///   API's third shape.
/// Types must have the organisation's own spelling. Unknown members are ignored.
[[nodiscard]] std::variant<note_input, response> read_note(std::string_view body, input_kind kind,
                                                           std::span<const std::string> types,
                                                           const zone& place);

} // namespace noteload::sandbox
