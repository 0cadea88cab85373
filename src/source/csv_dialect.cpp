#include "noteload/source/csv_dialect.hpp"

#include <algorithm>
#include <cstring>

namespace noteload::source {

namespace {

char* copy_text(char* out, std::string_view text) {
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

/// Copies unquoted fields with their delimiters. Branch-free, so that the compiler makes vectors of
/// it.
char* copy_plain(char* out, std::string_view record, char delimiter) {
    for (std::size_t i = 0; i < record.size(); ++i) {
        out[i] = record[i] == delimiter ? field_mark : record[i];
    }
    return out + record.size();
}

/// Where the next field starts that is quoted; quotes inside of fields are passed over.
std::size_t next_quoted(std::string_view record, const csv_dialect& dialect) {
    std::size_t at = record.find(dialect.quote, 1);
    while (at != std::string_view::npos && record[at - 1] != dialect.delimiter) {
        at = record.find(dialect.quote, at + 1);
    }
    return std::min(at, record.size());
}

/// The quoted field at the front of `rest`, which loses it, where backslashes may stand before
/// quotes.
char* copy_escaped(char* out, std::string_view& rest, char quote) {
    const char structure[] = {quote, '\\'};
    rest.remove_prefix(1);
    for (;;) {
        const std::size_t at =
            std::min(rest.find_first_of(std::string_view(structure, 2)), rest.size());
        out = copy_text(out, rest.substr(0, at));
        rest.remove_prefix(at);
        const bool pair =
            rest.size() > 1 && (rest[1] == quote || (rest[0] == '\\' && rest[1] == '\\'));
        if (pair) {
            *out++ = rest[1];
            rest.remove_prefix(2);
        } else if (!rest.empty() && rest[0] == '\\') {
            *out++ = '\\';
            rest.remove_prefix(1);
        } else {
            rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
            return out;
        }
    }
}

/// The quoted field at the front of `rest`, which loses it.
char* copy_quoted(char* out, std::string_view& rest, const csv_dialect& dialect) {
    const char quote = dialect.quote;
    if (dialect.backslash) {
        return copy_escaped(out, rest, quote);
    }
    rest.remove_prefix(1);
    for (;;) {
        const std::size_t end = std::min(rest.find(quote), rest.size());
        const bool doubled = end + 1 < rest.size() && rest[end + 1] == quote;
        out = copy_text(out, rest.substr(0, end + (doubled ? 1 : 0)));
        rest.remove_prefix(std::min(end + (doubled ? 2 : 1), rest.size()));
        if (!doubled) {
            return out;
        }
    }
}

} // namespace

char* write_line(char* out, std::string_view record, const csv_dialect& dialect, bool quoted) {
    if (!quoted) {
        out = copy_plain(out, record, dialect.delimiter);
        *out++ = '\0';
        return out;
    }
    // From quoted field to quoted field; what stands between them is copied as one piece.
    while (!record.empty()) {
        if (record.front() == dialect.quote) {
            out = copy_quoted(out, record, dialect);
        }
        const std::size_t next = next_quoted(record, dialect);
        out = copy_plain(out, record.substr(0, next), dialect.delimiter);
        record.remove_prefix(next);
    }
    *out++ = '\0';
    return out;
}

std::vector<std::string> split_fields(std::string_view record, const csv_dialect& dialect) {
    std::string line(record.size() + 1, '\0');
    char* const end = write_line(line.data(), record, dialect, true);
    line.resize(static_cast<std::size_t>(end - line.data()) - 1);

    std::vector<std::string> fields(1);
    for (const char c : line) {
        if (c == field_mark) {
            fields.emplace_back();
        } else {
            fields.back().push_back(c);
        }
    }
    return fields;
}

} // namespace noteload::source
