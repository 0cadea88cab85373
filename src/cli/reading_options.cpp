// Options that say how the files are written and which of their rows are taken.

#include "noteload/cli/values.hpp"
#include "noteload/text.hpp"
#include "options.hpp"

namespace noteload::cli {

namespace {

using run::import_options;

constexpr unsigned readers = for_check | for_import;

source::dialect_options& dialect(settings& s) {
    return s.run.reading.dialect;
}

const char* take_format(std::string_view text, settings& into) {
    auto& format = into.run.reading.format;
    if (text == "auto") {
        format = std::nullopt;
    } else if (text == "csv" || text == "jsonl") {
        format = text == "csv" ? source::file_format::csv : source::file_format::jsonl;
    } else {
        return "auto, csv or jsonl is expected";
    }
    return nullptr;
}

const char* take_encoding(std::string_view text, settings& into) {
    if (text.empty()) {
        return "auto or a name such as windows-1252 is expected";
    }
    dialect(into).encoding = equal_without_case(text, "auto") ? "" : text;
    return nullptr;
}

const char* take_delimiter(std::string_view text, settings& into) {
    if (text.empty()) {
        return "auto, tab or a character is expected";
    }
    const bool tab = text == "tab" || text == "\\t";
    dialect(into).delimiter = tab ? "\t" : text == "auto" ? "" : text;
    return nullptr;
}

const char* take_quote(std::string_view text, settings& into) {
    if (text != "auto" && text != "\"" && text != "'") {
        return "auto, \" or ' is expected";
    }
    dialect(into).quote = text == "auto" ? '\0' : text[0];
    return nullptr;
}

const char* take_escape(std::string_view text, settings& into) {
    if (text != "none" && text != "backslash") {
        return "none or backslash is expected";
    }
    dialect(into).backslash = text == "backslash";
    return nullptr;
}

const char* take_max_record(std::string_view text, settings& into) {
    const auto size = read_size(text);
    if (!size || *size == 0 || *size > 8u << 20) {
        return "bytes are expected, such as 64KiB or 4MiB, at most 8MiB";
    }
    into.run.reading.max_record = *size;
    return nullptr;
}

const char* take_key(std::string_view text, settings& into) {
    if (trimmed(text).empty()) {
        return "the name of a column is expected";
    }
    into.run.key = trimmed(text);
    return nullptr;
}

const char* take_history(std::string_view text, settings& into) {
    into.run.history = text;
    return text.empty() ? "a folder is expected" : nullptr;
}

constexpr auto reading = option_group::reading;
constexpr auto rows = option_group::rows;

constexpr option_definition table[] = {
    {"--format", readers | for_mapping, reading, "WORD", "auto",
     "auto, csv or jsonl; auto decides by name, then content", take_format},
    {"--encoding", readers, reading, "NAME", "auto",
     "auto, or a name such as UTF-8, UTF-16LE, windows-1252, macintosh", take_encoding},
    {"--delimiter", readers, reading, "CHAR", "auto",
     "auto, tab, or the character between columns (auto finds , ; tab and |)", take_delimiter,
     is_sign},
    {"--quote", readers, reading, "CHAR", "auto",
     "the quote around cells, \" or '; auto takes ' where there is no doubt", take_quote},
    {"--escape", readers, reading, "WORD", "none",
     "none, or backslash: \\\" inside quotes is a quote, \\\\ a backslash", take_escape},
    {"--skip-lines", readers, reading, "N", nullptr, "pass over the first N lines of each file",
     [](auto text, auto& into) {
         return put(read_count(text), dialect(into).skip_lines, whole_number);
     }},
    {"--no-header", readers, reading, nullptr, nullptr,
     "the first line is a row already; needs --columns",
     [](auto text, auto& into) {
         dialect(into).no_header = text == "true";
         return static_cast<const char*>(nullptr);
     }},
    {"--columns", readers, reading, "NAMES", nullptr,
     "names of the columns without a header: a,b,c",
     [](auto text, auto& into) {
         dialect(into).columns = text;
         return static_cast<const char*>(nullptr);
     }},
    {"--mapping", readers, reading, "FILE", nullptr, "how columns become fields; see the README",
     take_text<&import_options::mapping>, is_path},
    {"--max-record", readers, reading, "SIZE", "4MiB",
     "a longer record is invalid (a quote that is never closed runs on); up to 8MiB",
     take_max_record},
    {"--skip", readers, rows, "N", nullptr, "pass over the first N records",
     [](auto text, auto& into) { return put(read_count(text), into.run.skip, whole_number); }},
    {"--limit", readers | for_resume, rows, "N", nullptr,
     "take N records only, as a trial; resume takes N more",
     [](auto text, auto& into) { return put(read_count(text), into.run.limit, whole_number); }},
    {"--key", readers, rows, "COLUMN", nullptr,
     "the column whose values say which row is which: see --history", take_key},
    {"--history", readers, rows, "DIR", nullptr,
     "with --key, skip rows that a run in this folder imported; import takes the folder that holds "
     "the run's",
     take_history, is_path},
    {"--duplicate-keys", readers, rows, "WORD", "refuse",
     "allow or refuse a further row with the same key",
     [](auto text, auto& into) {
         return put(run::duplicate_policy_from_word(text), into.run.duplicate_keys,
                    "allow or refuse is expected");
     }},
    {"--refused", for_resume, rows, nullptr, nullptr, "try the rows again that the server refused",
     take_flag<&settings::refused>},
};

} // namespace

std::span<const option_definition> reading_options() noexcept {
    return table;
}

} // namespace noteload::cli
