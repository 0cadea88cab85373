#include "noteload/source/sniff.hpp"

#include <algorithm>

#include "noteload/source/encoding.hpp"
#include "noteload/source/unpacking.hpp"
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

std::optional<std::string> why_packed(std::string_view first) {
    if (first.starts_with("\xFD"
                          "7zXZ\0"sv)) {
        return "is compressed with xz, which noteload does not unpack: `unxz FILE` does";
    }
    if (first.starts_with("7z\xBC\xAF\x27\x1C"sv)) {
        return "is a 7z archive: unpack it first and give the file inside";
    }
    if (first.size() > 257 && first.substr(257).starts_with("ustar"sv)) {
        return "is a tar archive: unpack it first (`tar -xf FILE`) and give the files inside";
    }
    if (packing_of(first) != packing::none) {
        return "is compressed twice: unpack it once first";
    }
    return std::nullopt;
}

/// Many zeros, and not where UTF-16 and UTF-32 have theirs. A stray NUL is a row's matter.
std::optional<std::string> why_binary(std::string_view first) {
    const auto nuls = static_cast<std::size_t>(std::count(first.begin(), first.end(), '\0'));
    if (nuls * 3 <= first.size() || look_at_encoding(first).name.starts_with("UTF-16") ||
        look_at_encoding(first).name.starts_with("UTF-32")) {
        return std::nullopt;
    }
    return "is not a text file" + std::string(save_as_csv);
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
    for (const auto why : {why_zip, why_packed, why_binary}) {
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
    if (extension == "gz" || extension == "zst" || extension == "bz2") {
        return format_of_name(path.substr(0, dot));
    }
    if (extension == "jsonl" || extension == "ndjson") {
        return file_format::jsonl;
    }
    if (extension == "csv" || extension == "tsv" || extension == "tab" || extension == "txt") {
        return file_format::csv;
    }
    return std::nullopt;
}

} // namespace noteload::source
