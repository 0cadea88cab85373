#include "noteload/source/torn_cell.hpp"

#include <algorithm>

namespace noteload::source {

namespace {

constexpr std::string_view blanks = " \t";

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// The end of the quoted field at the front of `rest`: its closing quote.
std::size_t closing_quote(std::string_view rest, const csv_dialect& dialect) noexcept {
    for (std::size_t i = 1; i < rest.size(); ++i) {
        const bool pair = i + 1 < rest.size() && rest[i + 1] == dialect.quote;
        if (rest[i] == dialect.quote && !pair) {
            return i;
        }
        const bool escape = dialect.backslash && rest[i] == '\\';
        i += rest[i] == dialect.quote || escape ? 1 : 0;
    }
    return rest.size();
}

/// What the quotes in a field that is not quoted look like.
struct stray_quotes {
    std::size_t count = 0;
    bool opens = false; ///< text stands right behind the first
    bool at_end = false;
    bool around = false; ///< the first and the last character but for blanks
};

stray_quotes look_at(std::string_view field, char quote) noexcept {
    stray_quotes found;
    for (std::size_t i = field.find(quote); i != std::string_view::npos;
         i = field.find(quote, i + 1)) {
        const bool inside = i > 0 && i + 1 < field.size();
        if (quote == '\'' && inside && is_letter(field[i - 1]) && is_letter(field[i + 1])) {
            continue; // an apostrophe
        }
        if (++found.count == 1) {
            found.opens =
                i + 1 < field.size() && blanks.find(field[i + 1]) == std::string_view::npos;
        }
        found.at_end = i + 1 == field.size();
    }
    const std::size_t first = field.find_first_not_of(blanks);
    const std::size_t last = field.find_last_not_of(blanks);
    found.around = first < last && last != std::string_view::npos && field[first] == quote &&
                   field[last] == quote;
    return found;
}

} // namespace

std::string_view why_torn(std::string_view record, const csv_dialect& dialect) {
    bool open = false;
    while (!record.empty()) {
        if (record.front() == dialect.quote) {
            record.remove_prefix(std::min(closing_quote(record, dialect) + 1, record.size()));
        } else {
            const std::size_t end = std::min(record.find(dialect.delimiter), record.size());
            const auto found = look_at(record.substr(0, end), dialect.quote);
            record.remove_prefix(end);
            if (found.around) {
                return "blanks stand before a quote that begins a cell: remove them";
            }
            if (open && found.count % 2 != 0 && found.at_end) {
                return "a quote inside a cell has its partner in another cell: is a separator "
                       "missing before it?";
            }
            open |= found.count % 2 != 0 && found.opens;
        }
        record.remove_prefix(std::min<std::size_t>(1, record.size()));
    }
    return {};
}

} // namespace noteload::source
