#include "noteload/source/torn_cell.hpp"

#include <gtest/gtest.h>

namespace noteload::source::test {

namespace {

bool is_torn(std::string_view record, csv_dialect dialect = {}) {
    return !why_torn(record, dialect).empty();
}

TEST(TornCell, IsOneOfAPairThatALostSeparatorLeft) {
    for (const auto* torn :
         {R"(1,Call"a, b")", R"(1,Call"a, b",x)", R"(1"a, b",x)", R"($7"a,"q,""r""", b""")",
          R"(he said "hi, there")", R"(1,x"a,y,z, b")"}) {
        EXPECT_TRUE(is_torn(torn)) << torn;
    }
}

TEST(TornCell, IsNotAQuoteThatIsText) {
    for (const auto* sound :
         {R"(1,5" pipe,x)", R"(1,5" pipe,6")", R"(1,6",5")", R"(a "b" c,d "e" f)", R"(x"y,z)",
          R"("a",5",b)", R"("a ""b"", c",5",x)", R"(1,",x)", R"(1,x",)", ""}) {
        EXPECT_FALSE(is_torn(sound)) << sound;
    }
}

TEST(TornCell, IsAQuotedOneBehindBlanks) {
    EXPECT_TRUE(is_torn(R"(1, "a")"));
    EXPECT_TRUE(is_torn("\t\"\" ,1"));
    EXPECT_FALSE(is_torn(R"(1, "a" b)"));
    EXPECT_FALSE(is_torn(R"(1, ")"));
    EXPECT_FALSE(is_torn(R"(1," ""a""")")) << "quoted, with a blank and quotes in it";
}

TEST(TornCell, KnowsApostrophesAndBackslashes) {
    const csv_dialect single{.quote = '\''};
    EXPECT_FALSE(is_torn("Men's boots,the boys'", single));
    EXPECT_TRUE(is_torn("7'Men's boots, blue'", single));
    const csv_dialect escaped{.backslash = true};
    EXPECT_FALSE(is_torn(R"("a\", b",5" x,y)", escaped));
    EXPECT_TRUE(is_torn(R"("a\\",5"x,y")", escaped));
}

} // namespace

} // namespace noteload::source::test
