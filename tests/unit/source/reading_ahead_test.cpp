#include "noteload/source/reading_ahead.hpp"

#include <random>

#include "random_csv.hpp"
#include "support.hpp"

namespace noteload::source::test {

namespace {

std::unique_ptr<reading_ahead> ahead_of(const std::string& text, std::size_t piece,
                                        std::size_t fail_at = 0) {
    return std::make_unique<reading_ahead>(
        std::make_unique<pieces>(text, std::vector<std::size_t>{piece}, fail_at), 16);
}

/// What `from` gives before its end or failure, asked for in pieces of random sizes.
std::string rest_of(byte_source& from, std::mt19937& random, bool& failed) {
    std::string text;
    char space[40];
    for (;;) {
        const auto got = from.read(space, 1 + random() % sizeof space);
        failed = !got;
        if (!got || *got == 0) {
            return text;
        }
        text.append(space, *got);
    }
}

TEST(ReadingAhead, GivesWhatIsBelowIt) {
    std::mt19937 random(seed);
    for (int i = 0; i < 50; ++i) {
        const auto text = random_text(random, random() % 1000, "abcdefgh");
        const auto from = ahead_of(text, 1 + random() % 30);
        bool failed = false;
        ASSERT_EQ(rest_of(*from, random, failed), text) << "seed " << seed;
        ASSERT_FALSE(failed);
        ASSERT_EQ(rest_of(*from, random, failed), "") << "the end stays";
    }
}

TEST(ReadingAhead, FailsBehindTheBytesBeforeTheFailure) {
    std::mt19937 random(seed);
    const auto from = ahead_of(std::string(100, 'x'), 10, 4);
    bool failed = false;
    EXPECT_EQ(rest_of(*from, random, failed).size(), 30U);
    EXPECT_TRUE(failed);
    EXPECT_EQ(rest_of(*from, random, failed), "");
    EXPECT_TRUE(failed) << "and again";
}

TEST(ReadingAhead, GoesWhereItIsTold) {
    std::mt19937 random(seed);
    const auto text = random_text(random, 500, "abcdefgh");
    const auto from = ahead_of(text, 100);
    for (const std::size_t byte : {0, 400, 17, 500, 3}) {
        ASSERT_TRUE(from->seek(byte));
        bool failed = false;
        EXPECT_EQ(rest_of(*from, random, failed), text.substr(byte));
        ASSERT_TRUE(from->seek(byte / 2));
        char c = 0;
        ASSERT_TRUE(from->read(&c, 1)) << "and is left in the middle";
        EXPECT_EQ(c, text[byte / 2]);
    }
}

} // namespace

} // namespace noteload::source::test
