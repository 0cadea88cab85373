#include "noteload/source/sniff.hpp"

#include <algorithm>

#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view save_as_csv =
    ". Open it in the spreadsheet program and save it as \"CSV UTF-8 (comma delimited)\"";

std::string spreadsheet(std::string_view kind) {
    return "is " + std::string(kind) + ", not a CSV file" + std::string(save_as_csv);
}

std::string compressed(std::string_view kind, std::string_view command) {
    return "is compressed (" + std::string(kind) + "): unpack it first, for example with `" +
           std::string(command) + "`";
}

std::optional<std::string> why_zip(std::string_view first) {
    if (!first.starts_with("PK\x03\x04"sv)) {
        return std::nullopt;
    }
    if (first.find("opendocument.spreadsheet") != std::string_view::npos) {
        return spreadsheet("a LibreOffice workbook (.ods)");
    }
    const bool office = first.find("[Content_Types].xml") != std::string_view::npos ||
                        first.find("xl/") != std::string_view::npos ||
                        first.find("_rels/") != std::string_view::npos;
    if (office) {
        return spreadsheet("an Excel workbook (.xlsx)");
    }
    return "is a zip archive: unpack it first and give the file inside";
}

std::optional<std::string> why_compressed(std::string_view first) {
    if (first.starts_with("\x1F\x8B"sv)) {
        return compressed("gzip", "gunzip FILE");
    }
    if (first.starts_with("\x28\xB5\x2F\xFD"sv)) {
        return compressed("zstd", "unzstd FILE");
    }
    if (first.starts_with("BZh"sv) && first.substr(4).starts_with("1AY&SY"sv)) {
        return compressed("bzip2", "bunzip2 FILE");
    }
    if (first.starts_with("\xFD"
                          "7zXZ\0"sv)) {
        return compressed("xz", "unxz FILE");
    }
    return std::nullopt;
}

std::optional<std::string> why_wide(std::string_view first) {
    const auto save = [](std::string_view encoding) {
        return "is in " + std::string(encoding) +
               ", not UTF-8. Save it as \"CSV UTF-8\", or convert it with `iconv -f " +
               std::string(encoding) + " -t UTF-8 FILE > NEW-FILE`";
    };
    if (first.starts_with("\xFF\xFE\0\0"sv) || first.starts_with("\0\0\xFE\xFF"sv)) {
        return save("UTF-32");
    }
    if (first.starts_with("\xFF\xFE"sv) || first.starts_with("\xFE\xFF"sv)) {
        return save("UTF-16");
    }
    // Western text in UTF-16 without a mark: every other byte is 0. A stray NUL is a row's matter.
    const auto nuls = static_cast<std::size_t>(std::count(first.begin(), first.end(), '\0'));
    if (nuls * 3 > first.size() && first.size() >= 2) {
        if (first[0] != '\0' && first[1] == '\0') {
            return save("UTF-16LE");
        }
        return first[0] == '\0' && first[1] != '\0'
                   ? save("UTF-16BE")
                   : "is not a text file" + std::string(save_as_csv);
    }
    return std::nullopt;
}

std::string_view without_mark_and_blanks(std::string_view text) {
    if (text.starts_with(byte_order_mark)) {
        text.remove_prefix(byte_order_mark.size());
    }
    return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

} // namespace

std::optional<std::string> why_unreadable(std::string_view first) {
    if (first.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv)) {
        return spreadsheet("an Excel workbook (.xls)");
    }
    for (const auto why : {why_zip, why_compressed, why_wide}) {
        if (auto found = why(first)) {
            return found;
        }
    }
    if (first.starts_with("%PDF-"sv)) {
        return "is a PDF document, not a CSV or JSONL file";
    }
    const std::string start = lower_case(without_mark_and_blanks(first).substr(0, 16));
    for (const std::string_view tag : {"<!doctype", "<html", "<table", "<?xml"}) {
        if (start.starts_with(tag)) {
            return spreadsheet("a web page or an XML document");
        }
    }
    return std::nullopt;
}

std::optional<std::string> why_not_jsonl(std::string_view first) {
    const std::string_view text = without_mark_and_blanks(first);
    const std::string_view line = trimmed(text.substr(0, text.find('\n')));
    const std::string_view behind =
        without_mark_and_blanks(text.substr(std::min<std::size_t>(1, text.size())));
    if (text.starts_with('[') && (line == "[" || behind.starts_with('{'))) {
        return "is a JSON array; JSONL is one object a line. Convert it with "
               "`jq -c '.[]' FILE > NEW-FILE.jsonl`";
    }
    if (line == "{") {
        return "has JSON objects over several lines; JSONL is one object a line. Convert it with "
               "`jq -c . FILE > NEW-FILE.jsonl`";
    }
    return std::nullopt;
}

file_format guess_format(std::string_view first) noexcept {
    return without_mark_and_blanks(first).starts_with('{') ? file_format::jsonl : file_format::csv;
}

std::optional<file_format> format_of_name(std::string_view path) {
    const std::size_t dot = path.find_last_of("./");
    if (dot == std::string_view::npos || path[dot] != '.') {
        return std::nullopt;
    }
    const std::string extension = lower_case(path.substr(dot + 1));
    if (extension == "jsonl" || extension == "ndjson") {
        return file_format::jsonl;
    }
    if (extension == "csv" || extension == "tsv" || extension == "txt") {
        return file_format::csv;
    }
    return std::nullopt;
}

} // namespace noteload::source
