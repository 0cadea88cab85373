#include "noteload/source/csv_framer.hpp"

#include <algorithm>
#include <functional>

#include "random_csv.hpp"
#include "reference_csv.hpp"

namespace noteload::source::test {

namespace {

/// Frames `text` as it comes in pieces, the way `record_feed` does.
std::vector<framed> frame_in_pieces(csv_framer& framer, std::string_view text,
                                    const std::function<std::size_t()>& piece) {
    std::vector<framed> all_found;
    std::string buffer;
    bool at_end = false;
    while (!at_end) {
        const auto size = std::min(piece(), text.size());
        buffer += text.substr(0, size);
        text.remove_prefix(size);
        at_end = text.empty() && size == 0;
        std::vector<framed> found;
        const auto step = framer.frame(buffer, at_end, found);
        all_found.insert(all_found.end(), found.begin(), found.end());
        buffer.erase(0, step.consumed);
        buffer.resize(std::min(buffer.size(), step.keep));
    }
    return all_found;
}

/// What the reference says of it; only what a framer knows.
kept as_kept(const framed& f, std::uint64_t row) {
    kept k{.at = {.file = 0, .row = row, .line = f.line, .byte = f.byte, .size = f.size},
           .bytes = {},
           .cells = {},
           .faults = {}};
    if (f.too_long) {
        k.faults = {reason::record_too_long};
    } else if (f.truncated || f.bad_quoting) {
        k.faults = {f.truncated ? reason::truncated : reason::bad_quoting};
    } else if (f.columns != 2) {
        const bool cut_off = f.columns < 2 && f.next == f.byte + f.size;
        k.faults = {cut_off ? reason::truncated : reason::wrong_column_count};
    }
    if (f.nul) {
        k.faults.push_back(reason::nul_byte);
    }
    return k;
}

/// The dialects that the framer has code of its own for.
const csv_dialect dialects[] = {
    {},
    {.cr_ends = true},
    {.delimiter = ';', .quote = '\'', .backslash = true},
    {.delimiter = '\t', .backslash = true, .cr_ends = true},
};

/// `text` as it would be in that dialect.
std::string written_in(const csv_dialect& dialect, std::string text) {
    for (char& c : text) {
        c = c == ',' ? dialect.delimiter : c == '"' ? dialect.quote : c;
    }
    return text;
}

std::vector<kept> expected_of(const std::string& text, std::size_t limit,
                              const csv_dialect& dialect) {
    auto expected =
        reference_csv(written_in(dialect, "a,b\n") + text, limit, dialect).framed_records();
    for (auto& k : expected) {
        k.at.byte -= 4;
        k.at.line -= 1;
        k.bytes.clear();
        k.cells.clear();
        std::erase(k.faults, reason::bad_utf8);
    }
    return expected;
}

void expect_as_the_reference(std::mt19937& random, const csv_dialect& dialect,
                             const std::string& text, std::size_t limit) {
    csv_framer framer(dialect, limit);
    framer.expect_columns(2);
    const std::size_t largest = 1 + random() % 80;
    std::vector<kept> found;
    for (const auto& f : frame_in_pieces(framer, text, [&] { return 1 + random() % largest; })) {
        found.push_back(as_kept(f, found.size() + 1));
    }
    const auto expected = expected_of(text, limit, dialect);
    const auto differ = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end());
    ASSERT_EQ(std::vector(differ.first, found.end()), std::vector(differ.second, expected.end()))
        << "seed " << seed << ", limit " << limit << ", text " << testing::PrintToString(text);
}

TEST(CsvFramer, FramesShortRandomTextsAsTheReferenceDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 8000; ++i) {
        for (const auto& dialect : dialects) {
            const auto text =
                written_in(dialect, random_text(random, random() % 50, "\"\"\",,\n\n\r\\ab"));
            ASSERT_NO_FATAL_FAILURE(
                expect_as_the_reference(random, dialect, text, 4 + random() % 40));
        }
    }
}

TEST(CsvFramer, FramesNearlyGoodFilesAsTheReferenceDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 500; ++i) {
        for (const auto& dialect : dialects) {
            const auto text = written_in(dialect, nearly_good(random, random() % 3000));
            ASSERT_NO_FATAL_FAILURE(
                expect_as_the_reference(random, dialect, text, 4 + random() % 500));
        }
    }
}

TEST(CsvFramer, FramesLinesThatBreakEachOtherAsTheReferenceDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 2000; ++i) {
        for (const auto& dialect : dialects) {
            const auto text = written_in(dialect, quarrelling(random, random() % 60));
            ASSERT_NO_FATAL_FAILURE(
                expect_as_the_reference(random, dialect, text, 4 + random() % 300));
        }
    }
}

TEST(CsvFramer, FramesTheSameWithEveryProcessor) {
    std::mt19937 random(seed);
    for (int i = 0; i < 300; ++i) {
        const auto text = nearly_good(random, random() % 9000);
        const std::size_t limit = 10 + random() % 2000;
        std::vector<framed> expected;
        for (const cpu with : {cpu::scalar, cpu::sse2, cpu::avx2}) {
            if (with > best_cpu()) {
                continue;
            }
            csv_framer framer({.cr_ends = i % 2 != 0}, limit, with);
            framer.expect_columns(2);
            std::vector<framed> found;
            framer.frame(text, true, found);
            if (with == cpu::scalar) {
                expected = found;
            }
            ASSERT_EQ(found, expected) << "seed " << seed;
        }
    }
}

TEST(CsvFramer, PassesALineOverTheLimitInConstantMemory) {
    csv_framer framer({}, 10);
    std::vector<framed> found;
    auto step = framer.frame("a,b\n0123456789abc", false, found);
    EXPECT_EQ(step.consumed, 4U);
    EXPECT_EQ(step.keep, 10U);
    for (int i = 0; i < 1000; ++i) {
        step = framer.frame("0123456789xxxx\r", false, found);
        EXPECT_EQ(step.consumed, 0U);
        EXPECT_EQ(step.keep, 10U);
    }
    step = framer.frame("0123456789\nc,d\n", false, found);
    EXPECT_EQ(step.consumed, 15U);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[1].size, 13U + 5000U - 1U);
    EXPECT_EQ(found[1].held, 10U);
    EXPECT_EQ(found[2].byte, 4U + 13U + 5000U + 1U);
    EXPECT_EQ(found[2].line, 3U);
}

// 100,000 lines of which each opens a quote that the next one closes: without a memory of what was
// seen, each would be scanned up to the limit again, 25 GB in all.
TEST(CsvFramer, ScansAFileFullOfStrayQuotesInLinearTime) {
    for (const std::string last : {"", "1,2\n"}) {
        std::string text;
        for (int i = 0; i < 100'000; ++i) {
            text += "x\"y,\"z\n";
        }
        csv_framer framer({}, 256 * 1024);
        framer.expect_columns(2);
        std::vector<framed> found;
        framer.frame(text + last, true, found);
        EXPECT_GT(found.size(), 60'000U);
    }
}

TEST(CsvFramer, ReturnsAsManyRecordsAsAreAskedFor) {
    csv_framer framer({}, 100);
    std::vector<framed> found;
    EXPECT_EQ(framer.frame("a\n\nb\nc\n", true, found, 2).consumed, 5U);
    EXPECT_EQ(found.size(), 2U);
    EXPECT_EQ(framer.offset(), 5U);
}

TEST(CsvFramer, KnowsOtherDelimitersAndQuotes) {
    csv_framer framer({.delimiter = ';', .quote = '\''}, 100);
    std::vector<framed> found;
    framer.frame("'a;\n'';';\"b\";c,\n", true, found);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].columns, 3U);
    EXPECT_EQ(found[0].size, 15U);
}

} // namespace

} // namespace noteload::source::test
