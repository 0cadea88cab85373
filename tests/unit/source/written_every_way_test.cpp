// The same 60 notes, written in every combination of encodings, separators, record ends, quotings
// and packings, and in both formats: they are read alike, and each record keeps its own bytes.

#include <algorithm>

#include "every_way.hpp"
#include "noteload/source/byte_ranges.hpp"
#include "noteload/source/originals.hpp"
#include "support.hpp"
#include "support/temp_folder.hpp"

namespace noteload::source::test {

namespace {

class WrittenEveryWay : public testing::Test {
protected:
    /// Reads what `w` makes of the notes, and holds it against them.
    void expect_the_notes(const way& w, bool as_json) {
        std::vector<std::string> records;
        const auto bytes = file_of(w, notes_, as_json, {"id", "type", "note"}, records);
        const auto path = folder_.write(as_json ? "notes.jsonl" : "notes.csv", bytes);
        auto options = wanting({"id", "type", "note"});
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

TEST_F(WrittenEveryWay, AreTheSameNotesInCsv) {
    // Unpacking is a layer that nothing above it knows of: each way gets the next one.
    std::size_t nth = 0;
    every_way_of_csv(std::span(packings).first(1), [&](way w) {
        w.packed = packings[(nth + nth / 8) % 4];
        ++nth;
        ASSERT_NO_FATAL_FAILURE(expect_the_notes(w, false));
    });
}

TEST_F(WrittenEveryWay, AreTheSameNotesInJsonl) {
    every_way_of_jsonl([&](const way& w) { ASSERT_NO_FATAL_FAILURE(expect_the_notes(w, true)); });
}

} // namespace

} // namespace noteload::source::test
