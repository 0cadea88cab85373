#include "noteload/ledger/line_reader.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "noteload/ledger/recovery.hpp"
#include "support/temp_folder.hpp"

namespace noteload::ledger {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> lines_of(const std::string& path,
                                  std::optional<std::uint64_t> whole = std::nullopt) {
    auto lines = line_reader::open(path, whole);
    std::vector<std::string> out;
    for (;;) {
        const auto line = lines->next();
        EXPECT_TRUE(line);
        if (!line || !*line) {
            return out;
        }
        out.emplace_back(**line);
    }
}

TEST(LineReader, GivesWholeLinesAlone) {
    const test::temp_folder folder;
    const auto path = folder.write("f", "one\n\nthree\nfour");
    EXPECT_THAT(lines_of(path), ElementsAre("one", "", "three"));
    EXPECT_THAT(lines_of(path, 11), ElementsAre("one", "", "three"));
    EXPECT_THAT(lines_of(path, 5), ElementsAre("one", ""));
    EXPECT_THAT(lines_of(path, 0), ElementsAre());
    EXPECT_THAT(lines_of(folder.write("empty", ""), 9), ElementsAre());
    EXPECT_THAT(lines_of(folder.write("empty", "")), ElementsAre());
}

TEST(LineReader, GivesALastLineWithoutItsNewlineThatIsKnownToBeWhole) {
    const test::temp_folder folder;
    const auto path = folder.write("f", "one\n\nthree\nfour");
    EXPECT_THAT(lines_of(path, 15), ElementsAre("one", "", "three", "four"));
    EXPECT_THAT(lines_of(path, 10), ElementsAre("one", "", "three"));
}

TEST(LineReader, PutsLinesTogetherThatCrossItsPieces) {
    const test::temp_folder folder;
    std::string text;
    std::vector<std::string> expected;
    for (const std::size_t size : {1u << 20, 3u, (1u << 20) - 2, 5u << 19, 0u, 1u}) {
        expected.emplace_back(size, static_cast<char>('a' + expected.size()));
        text += expected.back() + '\n';
    }
    EXPECT_TRUE(lines_of(folder.write("f", text)) == expected);
}

TEST(LineReader, SaysWhatItCannotOpen) {
    const auto none = line_reader::open("/nowhere/at all");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, errc::input);
}

TEST(LastOutcomes, AreOneARowInTheLogsOrder) {
    const test::temp_folder folder;
    log_header header;
    header.inputs = {{"notes.csv", 1, "x"}};
    header.base_url = "https://api.example.org";
    std::string text;
    append_line(text, header);
    const auto settle = [&text](std::uint64_t row, outcome what, std::int64_t note_id) {
        settled_row r;
        r.at.row = row;
        r.what = what;
        r.note_id = note_id;
        append_line(text, r);
    };
    settle(2, outcome::in_doubt, 0);
    settle(1, outcome::created, 901);
    settle(2, outcome::already_there, 902);
    settle(3, outcome::not_attempted, 0);
    const auto path = folder.write("log.jsonl", text + "{\"row\":4,\"fi");
    const auto run = recover(path);
    ASSERT_TRUE(run) << run.error().message;
    auto rows = last_outcomes::open(path, *run);
    std::vector<std::pair<std::uint64_t, std::int64_t>> found;
    for (auto row = rows->next(); row && *row; row = rows->next()) {
        found.emplace_back((*row)->row, (*row)->note_id);
    }
    using pair = std::pair<std::uint64_t, std::int64_t>;
    EXPECT_THAT(found, ElementsAre(pair(1, 901), pair(2, 902), pair(3, 0)));
}

} // namespace
} // namespace noteload::ledger
