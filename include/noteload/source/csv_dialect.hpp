#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace noteload::source {

/// How a CSV file separates, quotes and ends its records. A quote opens a field only at the field's
/// start, is doubled inside, and is text anywhere else.
struct csv_dialect {
    char delimiter = ',';
    char quote = '"';

    /// Inside quotes a backslash before a quote or a backslash makes text of it; before anything
    /// else it is text itself. A doubled quote is still one quote.
    bool backslash = false;

    /// A CR outside quotes ends a record even without an LF behind it. Without this it is text.
    bool cr_ends = false;

    friend bool operator==(const csv_dialect&, const csv_dialect&) = default;
};

/// The one dialect that csv.h is given, whatever the file's: no quotes, and bytes that neither
/// valid UTF-8 without NUL nor any text of a cell can contain for structure.
///
///     record = field *(field_mark field) NUL
///
/// `7,"a, ""b""<LF>c"` becomes `7<FF>a, "b"<LF>c<00>`. Downside: only records of valid UTF-8
/// without NUL may be translated.
inline constexpr char field_mark = '\xFF';

/// Writes a well-formed record's line to `out`, which has room for the record's bytes and one more.
/// Returns the end of what was written.
char* write_line(char* out, std::string_view record, const csv_dialect& dialect, bool quoted);

/// The fields of a record, quotes resolved; for headers, where speed does not matter.
[[nodiscard]] std::vector<std::string> split_fields(std::string_view record,
                                                    const csv_dialect& dialect);

} // namespace noteload::source
