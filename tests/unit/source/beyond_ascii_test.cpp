#include "noteload/source/beyond_ascii.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace noteload::source::test {

namespace {

constexpr std::size_t size = std::size_t{3} << 20;

std::string found(const std::string& text, bool two_threads, std::size_t fail_at_read = 0) {
    pieces from(text, {70'000, 1 << 20}, fail_at_read);
    pieces also(text, {1 << 20});
    return find_beyond_ascii(from, two_threads ? &also : nullptr, text.size());
}

TEST(BeyondAscii, IsFoundWhereverItStandsByOneThreadAndByTwo) {
    for (const std::size_t at : {std::size_t{0}, std::size_t{70'000}, size / 2 - 1, size / 2,
                                 size / 2 + 1, size - 2, size - 1}) {
        std::string text(size, 'a');
        text[at] = '\xE9';
        for (const bool two : {false, true}) {
            const auto piece = found(text, two);
            EXPECT_NE(piece.find('\xE9'), std::string::npos) << "at " << at << ", two " << two;
            EXPECT_LE(piece.size(), 256U << 10);
        }
    }
}

TEST(BeyondAscii, IsTakenFromTheFirstPieceThatHasSome) {
    std::string text(size, 'a');
    text[1000] = '\xC3';
    text[size - 1000] = '\xE9';
    for (const bool two : {false, true}) {
        const auto piece = found(text, two);
        EXPECT_NE(piece.find('\xC3'), std::string::npos) << "two " << two;
        EXPECT_EQ(piece.find('\xE9'), std::string::npos) << "two " << two;
    }
}

TEST(BeyondAscii, IsNothingInAsciiAndInWhatCannotBeRead) {
    const std::string text(size, 'a');
    EXPECT_EQ(found(text, false), "");
    EXPECT_EQ(found(text, true), "");
    EXPECT_EQ(found(std::string(size, '\xE9'), false, 1), "");
}

TEST(BeyondAscii, IsLookedForNoFurtherThanIsPromised) {
    std::string text(most_looked_through + size, 'a');
    text[most_looked_through - 1] = '\xE9';
    EXPECT_NE(found(text, false), "");
    EXPECT_NE(found(text, true), "");
    text[most_looked_through - 1] = 'a';
    text.back() = '\xE9';
    EXPECT_EQ(found(text, false), "");
    EXPECT_EQ(found(text, true), "");
}

} // namespace

} // namespace noteload::source::test
