#pragma once

#include <cstdint>
#include <string>

namespace noteload::source {

/// What a user says of how the inputs are written; what is not said is looked for. A reject file is
/// written like its input, so it is read with the same options.
struct dialect_options {
    std::string encoding;         ///< a name that ICU knows; empty: looked for
    std::string delimiter;        ///< one character in UTF-8; empty: looked for
    char quote = 0;               ///< `"` or `'`; 0: looked for
    bool backslash = false;       ///< see `csv_dialect`
    std::uint64_t skip_lines = 0; ///< physical lines before the header (or the first record)
    bool no_header = false;       ///< the first record is data; `columns` names its fields
    std::string columns;          ///< names separated by commas, quoted like CSV where need be

    friend bool operator==(const dialect_options&, const dialect_options&) = default;
};

/// Why these cannot be obeyed, as a sentence that begins with the option; empty where they can.
[[nodiscard]] std::string why_impossible(const dialect_options& o);

} // namespace noteload::source
