#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace noteload {

/// Why a row ended other than well. The words are public API: log, problems.csv, summary.
enum class reason : std::uint8_t {
    // the record could not be read: it has no cells to map
    bad_quoting,        ///< text after a closing quote
    truncated,          ///< the input ends in the middle of the record
    wrong_column_count, ///< other than the header's
    record_too_long,    ///< over --max-record
    bad_utf8,
    bad_encoding, ///< bytes that the input's encoding, another than UTF-8, does not have
    nul_byte,
    bad_json,
    not_an_object, ///< a JSON line that is another value
    duplicate_field,
    // the record was read, but cannot be a note
    missing_contact_id,
    bad_contact_id,
    missing_type,
    unknown_type, ///< not one of the organisation's note types
    missing_note,
    bad_note,
    bad_date,
    bad_important,
    bad_private,
    bad_time_spent,
    excel_formula,    ///< `="0012"`: a spreadsheet's way to keep leading zeros
    excel_error,      ///< `#N/A` and its like
    excel_number,     ///< `1.23E+05` where an id should be: digits are lost
    note_too_long,    ///< over the mapping's max_length
    embedded_picture, ///< where the mapping wants none
    unknown_contact,  ///< no contact has this reference, address or former id
    missing_key,      ///< the key column is empty
    duplicate_key,    ///< an earlier row of the input has the same key
    key_in_doubt,     ///< an earlier run does not know what became of its row with the key
    // the server said no
    bad_request,        ///< 400
    not_found,          ///< 404
    conflict,           ///< 409
    unprocessable,      ///< 422
    firewall,           ///< 403 without JSON for this text, while other rows succeed
    other_client_error, ///< any other 4xx
    // nobody knows
    timeout,
    connection_lost,   ///< after the request had left
    server_error,      ///< 5xx or 408
    unreadable_answer, ///< 200, but cut short, not JSON, or without an id
    // not undone
    modified, ///< somebody changed the note since the run made it
    // not sent
    already_imported, ///< by an earlier run, going by the key
    stopped,          ///< the run ended before it was the row's turn
    out_of_tries,     ///< --max-attempts: no try's request left whole, or none found a connection
};

[[nodiscard]] std::string_view to_word(reason r) noexcept;
[[nodiscard]] std::optional<reason> reason_from_word(std::string_view word) noexcept;
[[nodiscard]] std::span<const reason> all_reasons() noexcept;
std::ostream& operator<<(std::ostream& out, reason r);

/// One thing that is wrong with a row. `detail` is for people: it may quote a short value of any
/// field but the note, made printable.
struct fault {
    reason why{};
    std::string detail;

    friend bool operator==(const fault&, const fault&) = default;
};

} // namespace noteload
