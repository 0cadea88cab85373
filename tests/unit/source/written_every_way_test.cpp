// The same 60 notes, written in every combination of encodings, separators, record ends, quotings
// and packings, and in both formats: they are read alike, and each record keeps its own bytes.

#include <algorithm>

#include "noteload/source/byte_ranges.hpp"
#include "noteload/source/originals.hpp"
#include "support.hpp"
#include "support/temp_folder.hpp"
#include "written.hpp"

namespace noteload::source::test {

namespace {

using note = std::vector<std::string>; // id, type, text

/// What notes hold that could be taken for structure. All of it is in Windows-1252, too.
std::vector<note> sixty_notes() {
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

std::ostream& operator<<(std::ostream& out, const way& w) {
    return out << w.encoding << (w.marked ? " marked" : "") << " '" << w.separator << "' " << w.ends
               << ' ' << w.quote << (w.backslash ? " backslash" : "") << (w.quote_all ? " all" : "")
               << ' ' << to_word(w.packed);
}

std::string end_of(const way& w, std::size_t nth) {
    const std::vector<std::string> mixed = {"\n", "\r\n", "\r"};
    return w.ends == "lf"      ? "\n"
           : w.ends == "cr_lf" ? "\r\n"
           : w.ends == "cr"    ? "\r"
                               : mixed[nth % mixed.size()];
}

std::string cell_of(const way& w, const std::string& text) {
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

std::string record_of(const way& w, const note& cells) {
    return cell_of(w, cells[0]) + w.separator + cell_of(w, cells[1]) + w.separator +
           cell_of(w, cells[2]);
}

std::string json_of(const note& cells) {
    std::string text;
    for (const char c : cells[2]) {
        text += c == '\n'   ? "\\n"
                : c == '\r' ? "\\r"
                : c == '\t' ? "\\t"
                : c == '"'  ? "\\\""
                : c == '\\' ? "\\\\"
                            : std::string(1, c);
    }
    return "{\"id\": " + cells[0] + ", \"type\": \"" + cells[1] + "\", \"note\": \"" + text + "\"}";
}

class WrittenEveryWay : public testing::Test {
protected:
    /// Reads what `w` makes of the notes, and holds it against them.
    void expect_the_notes(const way& w, bool as_json) {
        std::string bytes = w.marked ? in_encoding("\xEF\xBB\xBF", w.encoding) : "";
        std::vector<std::string> records;
        if (!as_json) {
            bytes += in_encoding(record_of(w, {"id", "type", "note"}) + end_of(w, 0), w.encoding);
        }
        for (std::size_t i = 0; i < notes_.size(); ++i) {
            const auto text = as_json ? json_of(notes_[i]) : record_of(w, notes_[i]);
            records.push_back(in_encoding(text, w.encoding));
            bytes += records.back() + in_encoding(end_of(w, i + 1), w.encoding);
        }
        const auto path =
            folder_.write(as_json ? "notes.jsonl" : "notes.csv", test::packed(w.packed, bytes));
        auto options = wanting({"id", "type", "note"});
        options.dialect.quote = w.quote;
        options.dialect.backslash = w.backslash;
        options.dialect.delimiter = w.separator.size() > 1 ? w.separator : "";
        const auto looked = look_at(path, std::nullopt);
        ASSERT_TRUE(looked) << looked.error().message;
        const auto reader = open_reader(*looked, options);
        ASSERT_TRUE(reader) << w << reader.error().message;
        expect_words((*reader)->facts(), w);
        const auto got = all(reader);
        ASSERT_EQ(cells_of(got), notes_) << w;
        std::vector<place> places;
        for (std::size_t i = 0; i < got.size(); ++i) {
            const bool mark_is_in_it = as_json && w.marked && i == 0;
            ASSERT_EQ(got[i].bytes,
                      (mark_is_in_it ? in_encoding("\xEF\xBB\xBF", w.encoding) : "") + records[i])
                << w;
            places.push_back(got[i].at);
        }
        ASSERT_NO_FATAL_FAILURE(expect_originals(*looked, options, places, got)) << w;
        ASSERT_NO_FATAL_FAILURE(expect_start_anywhere(*looked, options, got)) << w;
    }

    static void expect_words(const reading_facts& facts, const way& w) {
        EXPECT_EQ(facts.encoding.name, w.encoding) << w;
        EXPECT_EQ(facts.packed, w.packed) << w;
        EXPECT_EQ(facts.format == file_format::csv ? facts.delimiter : w.separator, w.separator);
    }

    /// The function that resume reads bytes with gives what the reader gave, for some of the rows.
    static void expect_originals(const input& from, const reading_options& options,
                                 const std::vector<place>& places, const std::vector<kept>& rows) {
        std::vector<place> some;
        std::vector<std::string> expected;
        for (std::size_t i = 0; i < places.size(); i += 7) {
            some.push_back(places[i]);
            expected.push_back(rows[i].bytes);
        }
        std::vector<std::string> got;
        const auto done = read_originals(from, options, some, [&](std::size_t, std::string_view b) {
            got.emplace_back(b);
            return result<void>();
        });
        ASSERT_TRUE(done) << done.error().message;
        ASSERT_EQ(got, expected);
        std::reverse(some.begin(), some.end()); // as a log has them: in any order
        const auto ranges = byte_ranges::gather(from, options, some);
        ASSERT_TRUE(ranges) << ranges.error().message;
        for (std::size_t i = 0; i < places.size(); i += 7) {
            std::string bytes;
            ASSERT_TRUE(ranges->read(places[i].byte, places[i].size, bytes));
            ASSERT_EQ(bytes, rows[i].bytes);
        }
    }

    static void expect_start_anywhere(const input& from, reading_options options,
                                      const std::vector<kept>& rows) {
        options.start = rows[41].at;
        ASSERT_EQ(all(open_reader(from, options)),
                  std::vector<kept>(rows.begin() + 41, rows.end()));
    }

    const std::vector<note> notes_ = sixty_notes();
    noteload::test::temp_folder folder_;
};

const std::pair<std::string, bool> encodings[] = {
    {"UTF-8", false},    {"UTF-8", true},    {"UTF-16LE", false},    {"UTF-16LE", true},
    {"UTF-16BE", false}, {"UTF-16BE", true}, {"UTF-32LE", false},    {"UTF-32LE", true},
    {"UTF-32BE", false}, {"UTF-32BE", true}, {"windows-1252", false}};
constexpr packing packings[] = {packing::none, packing::gzip, packing::zstd, packing::bzip2};

TEST_F(WrittenEveryWay, AreTheSameNotesInCsv) {
    std::size_t nth = 0;
    for (const auto& [encoding, marked] : encodings) {
        for (const std::string separator : {",", ";", "\t", "|", "\xC2\xA7"}) {
            for (const std::string ends : {"lf", "cr_lf", "cr", "mixed"}) {
                for (int quoting = 0; quoting < 8; ++quoting) {
                    const way w{.encoding = encoding,
                                .marked = marked,
                                .separator = separator,
                                .ends = ends,
                                .quote = quoting & 1 ? '\'' : '"',
                                .backslash = (quoting & 2) != 0,
                                .quote_all = (quoting & 4) != 0,
                                .packed = packings[++nth % 4]};
                    ASSERT_NO_FATAL_FAILURE(expect_the_notes(w, false));
                }
            }
        }
    }
}

TEST_F(WrittenEveryWay, AreTheSameNotesInJsonl) {
    for (const auto& [encoding, marked] : encodings) {
        for (const std::string ends : {"lf", "cr_lf", "cr", "mixed"}) {
            for (const packing how : packings) {
                const way w{.encoding = encoding, .marked = marked, .ends = ends, .packed = how};
                ASSERT_NO_FATAL_FAILURE(expect_the_notes(w, true));
            }
        }
    }
}

} // namespace

} // namespace noteload::source::test
