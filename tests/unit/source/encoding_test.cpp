#include "noteload/source/encoding.hpp"

#include <gtest/gtest.h>

#include <ostream>

#include "written.hpp"

namespace noteload::source {

void PrintTo(const encoding_choice& c, std::ostream* out) {
    *out << c.name << " (" << to_words(c.how) << ')';
}

} // namespace noteload::source

namespace noteload::source::test {

namespace {

using by = encoding_choice::by;

std::string name_of(std::string_view text) {
    return look_at_encoding(text).name;
}

TEST(Encoding, IsToldByAByteOrderMark) {
    for (const std::string name : {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}) {
        const auto text = in_encoding("\xEF\xBB\xBFid,note\n1,h\xC3\xA9\n", name);
        EXPECT_EQ(look_at_encoding(text), (encoding_choice{name, by::mark}));
    }
}

TEST(Encoding, OfWideTextIsToldByItsZeros) {
    for (const std::string text :
         {"id,note\n1,hello\n", "a", "id,\xE6\x97\xA5\xE6\x9C\xAC\n1,x\n"}) {
        for (const std::string name : {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}) {
            EXPECT_EQ(name_of(in_encoding(text, name)), name) << text;
        }
    }
    // Mostly Chinese: only separators and line ends have zeros.
    std::string chinese = "id,note\n";
    for (int i = 0; i < 50; ++i) {
        chinese += "7,\xE6\x97\xA5\xE6\x9C\xAC\xE6\x97\xA5\xE6\x9C\xAC\xE6\x97\xA5\xE6\x9C\xAC\n";
    }
    EXPECT_EQ(name_of(in_encoding(chinese, "UTF-16LE")), "UTF-16LE");
    EXPECT_EQ(name_of(in_encoding(chinese, "UTF-16BE")), "UTF-16BE");
}

TEST(Encoding, OfTextWithAStrayZeroIsUtf8) {
    EXPECT_EQ(name_of(std::string("id,note\n1,a\0b\n2,hello, you\n", 27)), "UTF-8");
    // A small file whose only zero is at an even place, or whose every row has one there.
    EXPECT_EQ(name_of(std::string("a,b,c\n\0,2,3\n", 12)), "UTF-8");
    std::string rows = "a,b,c\n";
    for (int i = 0; i < 100; ++i) {
        rows += std::string("1,\0,3\n", 6);
    }
    EXPECT_EQ(name_of(rows), "UTF-8");
}

TEST(Encoding, IsUtf8WhereThatIsValid) {
    EXPECT_EQ(look_at_encoding("id\nh\xC3\xA9\n"), (encoding_choice{"UTF-8", by::validity}));
    EXPECT_EQ(name_of(""), "UTF-8");
    // The first part ends within a character, or the input was cut off there.
    EXPECT_EQ(look_at_encoding("id\nh\xF0\x9F\x98").how, by::validity);
    EXPECT_EQ(look_at_encoding("id\nh\xC3").how, by::validity);
}

TEST(Encoding, IsWindows1252WhereBytesLookLikeIt) {
    EXPECT_EQ(look_at_encoding("id\nAndr\xE9\n"), (encoding_choice{"windows-1252", by::looking}));
    EXPECT_EQ(name_of("id\nIt\x92s \x93me\x94 \x96 5\x80\n"), "windows-1252");
    EXPECT_EQ(name_of("id\nM\xFCller\xC3\x9F\nB\xF6hm\n"), "windows-1252")
        << "a pair that happens to be UTF-8";
}

TEST(Encoding, StaysUtf8DespiteABrokenRow) {
    EXPECT_EQ(look_at_encoding("id\nh\xC3\xA9llo\n\xE9\n"),
              (encoding_choice{"UTF-8", by::looking}));
    EXPECT_EQ(name_of("id\n\xFFx\n"), "UTF-8") << "no Western text has that byte";
    EXPECT_EQ(name_of("id\nx\x81\n"), "UTF-8");
}

TEST(Encoding, TakesTheNameThatItIsGiven) {
    EXPECT_EQ(encoding_named("latin1", ""), "latin1");
    EXPECT_EQ(encoding_named("utf8", ""), "UTF-8");
    EXPECT_EQ(encoding_named("UTF-16", in_encoding("id,note\n", "UTF-16BE")), "UTF-16BE");
    EXPECT_EQ(encoding_named("utf-16", "\xFF\xFE"), "UTF-16LE");
    EXPECT_EQ(encoding_named("UTF-32", ""), "UTF-32LE");
    EXPECT_EQ(encoding_named("UTF-16BE", "\xFF\xFE"), "UTF-16BE");
    EXPECT_EQ(encoding_named("klingon", ""), std::nullopt);
    EXPECT_FALSE(is_encoding(""));
    EXPECT_TRUE(is_encoding("Shift_JIS"));
    EXPECT_TRUE(is_encoding("windows-1252"));
}

} // namespace

} // namespace noteload::source::test
