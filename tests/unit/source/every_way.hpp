#pragma once

#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "noteload/source/unpacking.hpp"
#include "unit/source/written.hpp"

namespace noteload::source::test {

using note = std::vector<std::string>; // id, type, text

/// What notes hold that could be taken for structure. All of it is in Windows-1252, too.
inline std::vector<note> sixty_notes() {
    const std::vector<std::string> texts = {
        "Spoke with Mrs. Okafor",
        "a, b; c\td|e \xC2\xA7 f",
        "She said \"yes\", 'no' and \"\"maybe''",
        "two\nlines",
        "three\r\nlines\r\n\r\n",
        "J\xC3\xBCrgen \xE2\x80\x93 \xE2\x80\x9Cquoted\xE2\x80\x9D \xE2\x82\xAC 5",
        "",
        "\"",
        "' ",
        "C:\\old\\files \\n \\\" \\\\",
        " blanks around ",
        "{\"json\": [1, 2]}",
        "an old\rMac",
        ",;|\t\n",
        "the end\\",
    };
    std::vector<note> notes;
    for (std::size_t i = 0; i < 60; ++i) {
        notes.push_back({std::to_string(1000 + i), i % 2 ? "Call" : "In Person",
                         texts[i % texts.size()] + (i < 30 ? "" : " (again)")});
    }
    return notes;
}

struct way {
    std::string encoding;
    bool marked = false; ///< a byte order mark
    std::string separator = ",";
    std::string ends = "lf"; ///< cr_lf, cr, mixed
    char quote = '"';
    bool backslash = false;
    bool quote_all = false;
    packing packed = packing::none;
};

inline std::ostream& operator<<(std::ostream& out, const way& w) {
    return out << w.encoding << (w.marked ? " marked" : "") << " '" << w.separator << "' " << w.ends
               << ' ' << w.quote << (w.backslash ? " backslash" : "") << (w.quote_all ? " all" : "")
               << ' ' << to_word(w.packed);
}

inline std::string end_of(const way& w, std::size_t nth) {
    const std::vector<std::string> mixed = {"\n", "\r\n", "\r"};
    return w.ends == "lf"      ? "\n"
           : w.ends == "cr_lf" ? "\r\n"
           : w.ends == "cr"    ? "\r"
                               : mixed[nth % mixed.size()];
}

inline std::string cell_of(const way& w, const std::string& text) {
    const bool plain = text.find_first_of("\r\n\"'") == std::string::npos &&
                       text.find(w.separator) == std::string::npos;
    if (plain && !w.quote_all) {
        return text;
    }
    std::string out(1, w.quote);
    for (const char c : text) {
        if (c == w.quote) {
            out += w.backslash ? '\\' : w.quote;
        } else if (c == '\\' && w.backslash) {
            out += '\\';
        }
        out += c;
    }
    return out + w.quote;
}

inline std::string record_of(const way& w, const note& cells) {
    return cell_of(w, cells[0]) + w.separator + cell_of(w, cells[1]) + w.separator +
           cell_of(w, cells[2]);
}

inline std::string json_of(const note& cells, const note& names) {
    std::string text;
    for (const char c : cells[2]) {
        text += c == '\n'   ? "\\n"
                : c == '\r' ? "\\r"
                : c == '\t' ? "\\t"
                : c == '"'  ? "\\\""
                : c == '\\' ? "\\\\"
                            : std::string(1, c);
    }
    return "{\"" + names[0] + "\": " + cells[0] + ", \"" + names[1] + "\": \"" + cells[1] +
           "\", \"" + names[2] + "\": \"" + text + "\"}";
}

/// A file of these notes, as `w` writes it; `records` gets each one's bytes.
inline std::string file_of(const way& w, const std::vector<note>& notes, bool as_json,
                           const note& header, std::vector<std::string>& records) {
    std::string bytes = w.marked ? in_encoding("\xEF\xBB\xBF", w.encoding) : "";
    if (!as_json) {
        bytes += in_encoding(record_of(w, header) + end_of(w, 0), w.encoding);
    }
    for (std::size_t i = 0; i < notes.size(); ++i) {
        const auto text = as_json ? json_of(notes[i], header) : record_of(w, notes[i]);
        records.push_back(in_encoding(text, w.encoding));
        bytes += records.back() + in_encoding(end_of(w, i + 1), w.encoding);
    }
    return test::packed(w.packed, bytes);
}

inline const std::pair<std::string, bool> encodings[] = {
    {"UTF-8", false},    {"UTF-8", true},    {"UTF-16LE", false},    {"UTF-16LE", true},
    {"UTF-16BE", false}, {"UTF-16BE", true}, {"UTF-32LE", false},    {"UTF-32LE", true},
    {"UTF-32BE", false}, {"UTF-32BE", true}, {"windows-1252", false}};
inline constexpr packing packings[] = {packing::none, packing::gzip, packing::zstd, packing::bzip2};

/// Calls `with` with every combination of what a CSV file may be written in.
template <class With>
void every_way_of_csv(std::span<const packing> packed, const With& with) {
    for (const auto& [encoding, marked] : encodings) {
        for (const std::string separator : {",", ";", "\t", "|", "\xC2\xA7"}) {
            for (const std::string ends : {"lf", "cr_lf", "cr", "mixed"}) {
                for (int quoting = 0; quoting < 8; ++quoting) {
                    for (const packing how : packed) {
                        with(way{.encoding = encoding,
                                 .marked = marked,
                                 .separator = separator,
                                 .ends = ends,
                                 .quote = quoting & 1 ? '\'' : '"',
                                 .backslash = (quoting & 2) != 0,
                                 .quote_all = (quoting & 4) != 0,
                                 .packed = how});
                    }
                }
            }
        }
    }
}

/// And of JSONL.
template <class With>
void every_way_of_jsonl(const With& with) {
    for (const auto& [encoding, marked] : encodings) {
        for (const std::string ends : {"lf", "cr_lf", "cr", "mixed"}) {
            for (const packing how : packings) {
                with(way{.encoding = encoding, .marked = marked, .ends = ends, .packed = how});
            }
        }
    }
}

} // namespace noteload::source::test
