#include <random>

#include "noteload/source/csv_framer.hpp"
#include "reference_csv.hpp"

namespace noteload::source::test {

namespace {

constexpr unsigned seed = 20240607;

/// Text of a few characters that matter, so that every order of them comes up.
std::string random_text(std::mt19937& random, std::size_t size, std::string_view alphabet) {
    std::uniform_int_distribution<std::size_t> pick(0, alphabet.size() - 1);
    std::string text;
    while (text.size() < size) {
        text += alphabet[pick(random)];
    }
    return text;
}

/// Text that is mostly good CSV, with a wrong byte here and there.
std::string nearly_good(std::mt19937& random, std::size_t size) {
    const std::vector<std::string> fields = {
        "",          "a",        "7",    "\"b\"",    "\"c,\nd\"", "\"\"",    "\"\"\"\"",
        "\"e\"\"\"", "\"\r\n\"", "f\rg", "\xC3\xA9", "\"\n\n,\"", "hello, ", "x\"y"};
    const std::vector<std::string> noise = {
        "\"", "\"", "\"", ",", "\n", "\r", "\xFF", std::string(1, '\0'), "x"};
    const auto pick = [&](const auto& from) -> const std::string& {
        return from[std::uniform_int_distribution<std::size_t>(0, from.size() - 1)(random)];
    };
    std::string text;
    while (text.size() < size) {
        text += pick(fields) + ',' + pick(fields) + (random() % 3 == 0 ? "\r\n" : "\n");
        if (random() % 8 == 0) {
            text += pick(noise);
        }
    }
    return text;
}

/// Lines that break each other: stray quotes that close and open fields of the lines behind them.
std::string quarrelling(std::mt19937& random, std::size_t lines) {
    const std::vector<std::string> kinds = {
        "x\"y,\"z", "1,2",       "\"a\"b,\"c", "\"", "3,\"d\"",  "\"\"\",e", "a\",\"b", "\"f",
        ",\"",      "4,\"\"\"g", "5,hi\"",     "",   "\"\"\"\"", "h\"\r",    "6,x\r"};
    std::string text;
    for (std::size_t i = 0; i < lines; ++i) {
        text +=
            kinds[std::uniform_int_distribution<std::size_t>(0, kinds.size() - 1)(random)] + '\n';
    }
    return text;
}

void expect_as_the_reference(const std::string& text, std::size_t limit, std::size_t piece) {
    const auto reader = open_csv(text, wanting({"id", "note"}, limit), {piece});
    ASSERT_EQ(all(reader), reference_csv(text, limit).records())
        << "seed " << seed << ", pieces of " << piece << ", limit " << limit << ", text "
        << testing::PrintToString(text);
}

TEST(CsvDifferential, ReadsShortRandomTextsAsTheReferenceDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 400; ++i) {
        const auto text = "id,note\n" + random_text(random, random() % 40, "\"\"\",,\n\n\rab");
        ASSERT_NO_FATAL_FAILURE(
            expect_as_the_reference(text, 8 + random() % 40, 1 + random() % 60));
    }
}

TEST(CsvDifferential, ReadsLinesThatBreakEachOtherAsTheReferenceDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 600; ++i) {
        const auto text = "id,note\n" + quarrelling(random, random() % 40);
        ASSERT_NO_FATAL_FAILURE(
            expect_as_the_reference(text, 8 + random() % 100, 1 + random() % 300));
    }
}

TEST(CsvDifferential, ReadsNearlyGoodFilesAsTheReferenceDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 150; ++i) {
        const auto text = (i % 2 ? "\xEF\xBB\xBFid,note\n" : "id,note\r\n") +
                          nearly_good(random, random() % 1500);
        ASSERT_NO_FATAL_FAILURE(
            expect_as_the_reference(text, 10 + random() % 500, 1 + random() % 1500));
    }
}

TEST(CsvDifferential, RebuildsTheFileFromItsRecords) {
    std::mt19937 random(seed);
    for (int i = 0; i < 100; ++i) {
        const auto text = "id,note\n" + nearly_good(random, 1000);
        std::size_t at = 8;
        for (const auto& r : all(open_csv(text, wanting({"id"}), {200}))) {
            const auto between = text.substr(at, r.at.byte - at);
            ASSERT_EQ(between.find_first_not_of("\r\n"), std::string::npos) << "only line ends";
            ASSERT_EQ(text.substr(r.at.byte, r.at.size), r.bytes);
            ASSERT_EQ(r.at.line,
                      1U + static_cast<std::size_t>(std::count(
                               text.begin(), text.begin() + static_cast<std::ptrdiff_t>(r.at.byte),
                               '\n')));
            at = r.at.byte + r.at.size;
        }
        ASSERT_EQ(text.find_first_not_of("\r\n", at), std::string::npos);
    }
}

TEST(CsvDifferential, FramesTheSameWithEveryProcessor) {
    std::mt19937 random(seed);
    for (int i = 0; i < 300; ++i) {
        const auto text = nearly_good(random, random() % 9000);
        const std::size_t limit = 10 + random() % 2000;
        std::vector<framed> expected;
        for (const cpu with : {cpu::scalar, cpu::sse2, cpu::avx2}) {
            if (with > best_cpu()) {
                continue;
            }
            csv_framer framer({}, limit, with);
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

} // namespace

} // namespace noteload::source::test
