#include "random_csv.hpp"
#include "reference_csv.hpp"

namespace noteload::source::test {

namespace {

// Each chunk costs a csv.h reader, which is dear under AddressSanitizer: the many random cuts are
// in csv_framer_test.cpp.
void expect_as_the_reference(const std::string& text, std::size_t limit, std::size_t piece) {
    const auto reader = open_csv(text, wanting({"id", "note"}, limit), {piece});
    ASSERT_EQ(all(reader), reference_csv(text, limit).records())
        << "seed " << seed << ", pieces of " << piece << ", limit " << limit << ", text "
        << testing::PrintToString(text);
}

TEST(CsvDifferential, ReadsShortRandomTextsAsTheReferenceDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 150; ++i) {
        const auto text = "id,note\n" + random_text(random, random() % 40, "\"\"\",,\n\n\rab");
        ASSERT_NO_FATAL_FAILURE(
            expect_as_the_reference(text, 8 + random() % 40, 4 + random() % 60));
    }
}

TEST(CsvDifferential, ReadsLinesThatBreakEachOtherAsTheReferenceDoes) {
    std::mt19937 random(seed);
    for (int i = 0; i < 150; ++i) {
        const auto text = "id,note\n" + quarrelling(random, random() % 40);
        ASSERT_NO_FATAL_FAILURE(
            expect_as_the_reference(text, 8 + random() % 100, 10 + random() % 300));
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

} // namespace

} // namespace noteload::source::test
