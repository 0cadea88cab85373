#include "noteload/source/reading_facts.hpp"

#include <fmt/format.h>

#include "noteload/text.hpp"

namespace noteload::source {

namespace {

std::string separator_words(const std::string& delimiter) {
    if (delimiter == ",") {
        return "commas";
    }
    if (delimiter == ";") {
        return "semicolons";
    }
    if (delimiter == "\t") {
        return "tabs";
    }
    if (delimiter == "|") {
        return "vertical bars";
    }
    return "'" + printable(delimiter) + "'";
}

std::string ends_words(const line_ends& ends) {
    std::string out;
    for (const auto& [there, word] :
         {std::pair{ends.lf, "LF"}, std::pair{ends.cr_lf, "CR LF"}, std::pair{ends.cr, "CR"}}) {
        if (there) {
            out += (out.empty() ? "" : " and ") + std::string(word);
        }
    }
    return out;
}

std::string in_shell_quotes(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

} // namespace

std::string to_words(const reading_facts& f) {
    std::string out = f.format == file_format::csv ? "CSV" : "JSONL";
    out += " in " + printable(f.encoding.name);
    if (f.encoding.how != encoding_choice::by::validity) {
        out += fmt::format(" ({})", to_words(f.encoding.how));
    }
    if (f.packed != packing::none) {
        out += fmt::format(", packed with {}", to_word(f.packed));
    }
    if (f.format == file_format::csv) {
        out += ", separated by " + separator_words(f.delimiter);
        if (f.csv.quote != quote_sign::none) {
            out += fmt::format(", cells quoted by {} (by their looks)", f.csv.dialect.quote);
        }
    }
    const auto ends = ends_words(f.csv.ends);
    return ends.empty() ? out : out + ", lines ended by " + ends;
}

std::string options_for_rejects(const reading_facts& f, const dialect_options& given) {
    std::string out;
    if (!given.encoding.empty() || f.encoding.how == encoding_choice::by::looking) {
        out += " --encoding " +
               in_shell_quotes(given.encoding.empty() ? f.encoding.name : given.encoding);
    }
    if (f.format == file_format::jsonl) {
        return given.skip_lines == 0 ? out
                                     : out + fmt::format(" --skip-lines {}", given.skip_lines);
    }
    if (!given.delimiter.empty() || f.csv.ambiguous) {
        out += " --delimiter " + (f.delimiter == "\t" ? "tab" : in_shell_quotes(f.delimiter));
    }
    if (given.quote == '"') {
        out += " --quote '\"'";
    } else if (given.quote != 0 || f.csv.quote == quote_sign::records) {
        out += " --quote \"'\"";
    }
    if (given.backslash) {
        out += " --escape backslash";
    }
    if (given.skip_lines != 0) {
        out += fmt::format(" --skip-lines {}", given.skip_lines);
    }
    if (given.no_header) {
        out += " --no-header --columns " + in_shell_quotes(given.columns);
    }
    return out;
}

} // namespace noteload::source
