#include "noteload/source/dialect_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "noteload/source/csv_dialect.hpp"
#include "noteload/source/encoding.hpp"
#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

std::string why_impossible(const dialect_options& o) {
    if (!o.encoding.empty() && !is_encoding(o.encoding)) {
        return fmt::format(
            "--encoding {}: there is no such encoding. Names are, for example, UTF-8, UTF-16LE, "
            "windows-1252, ISO-8859-15, macintosh, IBM850, Shift_JIS",
            printable(o.encoding));
    }
    const auto characters = std::count_if(o.delimiter.begin(), o.delimiter.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    if (characters > 1 || !is_utf8(o.delimiter) ||
        o.delimiter.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
        return fmt::format("--delimiter {}: one character is expected, such as ',' or ';', or tab",
                           printable(o.delimiter));
    }
    if (o.delimiter == std::string(1, o.quote == 0 ? '"' : o.quote) ||
        (o.backslash && o.delimiter == "\\")) {
        return fmt::format("--delimiter {}: this character is the quote or the escape already",
                           printable(o.delimiter));
    }
    if (o.no_header != !o.columns.empty()) {
        return o.no_header ? "--no-header needs the names of the columns, in their order: "
                             "--columns contactId,type,note"
                           : "--columns names the columns of a file without a header: give "
                             "--no-header too";
    }
    return {};
}

} // namespace noteload::source
