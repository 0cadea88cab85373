#include "noteload/source/utf8.hpp"

#include <gtest/gtest.h>

namespace noteload::source::test {

namespace {

TEST(Utf8, FindsWhereTheFirstBadSequenceStarts) {
    EXPECT_EQ(first_bad_utf8(""), 0U);
    EXPECT_EQ(first_bad_utf8("aé€😀"), 10U);
    EXPECT_EQ(first_bad_utf8("aé\xFF"), 3U);
    EXPECT_EQ(first_bad_utf8("é\xE2\x82"), 2U) << "cut short";
    EXPECT_EQ(first_bad_utf8("a\xC0\x80"), 1U) << "overlong";
    EXPECT_EQ(first_bad_utf8("a\xED\xA0\x80"), 1U) << "a surrogate";
    EXPECT_EQ(first_bad_utf8("a\xF4\x90\x80\x80"), 1U) << "over the last character";
    EXPECT_EQ(first_bad_utf8("a\x80"
                             "b"),
              1U);
}

} // namespace

} // namespace noteload::source::test
