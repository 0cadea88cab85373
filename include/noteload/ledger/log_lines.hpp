#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "noteload/error.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/outcome.hpp"

namespace noteload::ledger {

/// An outcome as recovery needs it. Texts are views into the line, as JSON wrote them.
struct row_line {
    std::uint64_t row = 0;
    std::uint32_t file = 0;
    std::uint64_t line = 0;
    std::uint64_t byte = 0; ///< where the record stands, of outcomes that have a reject file
    std::uint64_t size = 0;
    outcome what{};
    std::int64_t note_id = 0;
    std::string_view key;     ///< between its quotes, still escaped
    std::string_view reason;  ///< the first one's word
    std::string_view reasons; ///< where there are several: `"bad_date","missing_note"`
    std::string_view detail;  ///< between its quotes, still escaped

    friend bool operator==(const row_line&, const row_line&) = default;
};

/// The row as it was settled; what recovery does not need (status, attempts, times) is not set.
[[nodiscard]] settled_row settled(const row_line& from);

/// A line of a log: what it is, or `std::monostate` for one that no version of ours has written.
/// Lines are taken at their letter (fields in the order in which they are written, nothing else
/// between), so that a garbled one is seen, and so that a large log is read quickly.
using log_line =
    std::variant<std::monostate, row_line, sending_mark, log_event, process_end, row_counts>;

/// Any line but the header; `line` is without its newline.
[[nodiscard]] log_line read_line(std::string_view line);

/// The same, also of lines that another program wrote again (an editor, jq, a transfer in text
/// mode): blanks, CR LF, other escapes, fields in another order. What is said counts, and a field
/// that we do not write makes the line none of ours. Lines at our letter are read as quickly.
class any_form_reader {
public:
    /// The texts of a row are views into `line` or into this reader: valid until the next call.
    [[nodiscard]] log_line read(std::string_view line) {
        auto what = read_line(line);
        if (std::holds_alternative<std::monostate>(what)) [[unlikely]] {
            what = read_other_form(line);
        }
        return what;
    }

private:
    [[nodiscard]] log_line read_other_form(std::string_view line);
    std::string own_form_;
};

/// Whether a line says nothing: no byte, or blanks alone, as an editor may leave them.
[[nodiscard]] bool is_blank(std::string_view line);

/// The header. `errc::changed` with what is wrong with it: no log at all, or of a version that this
/// program does not know.
[[nodiscard]] result<log_header> read_header(std::string_view line, const std::string& path);

/// The moment at the end of a line; nothing where it has none.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> time_of_line(
    std::string_view line);

/// A text between the quotes of a JSON string, with its escapes resolved.
[[nodiscard]] std::string unescaped(std::string_view text);

} // namespace noteload::ledger
