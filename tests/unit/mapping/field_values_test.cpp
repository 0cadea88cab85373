#include "noteload/mapping/field_values.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "cells.hpp"

namespace noteload::mapping {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::PrintToString;

template <class T>
struct reading {
    cell from;
    std::optional<T> expected;
};

TEST(FieldValues, CallsAbsentNullAndBlankTextEmpty) {
    const std::vector<cell> empty = {absent(),
                                     null(),
                                     text(""),
                                     text("  \t\r\n\v\f"),
                                     text("\u00A0"),
                                     text("\u200B "),
                                     text(" \uFEFF"),
                                     text("\u3000\u2009\n\u202F"),
                                     text("\u2028\u205F\u1680")};
    for (const auto& c : empty) {
        EXPECT_TRUE(is_empty(c)) << PrintToString(c);
    }
}

TEST(FieldValues, CallsNothingElseEmpty) {
    const std::vector<cell> filled = {text("x"),      text(" . "),      text("\u200C"),
                                      text("\u00A1"), text("\xE2\x80"), text("\u00A0x"),
                                      number("0"),    boolean("false"), nested("[]")};
    for (const auto& c : filled) {
        EXPECT_FALSE(is_empty(c)) << PrintToString(c);
    }
}

TEST(FieldValues, ReadsAContactIdFromPlainDigitsAlone) {
    const std::vector<reading<std::int64_t>> table = {
        {text("1"), 1},
        {text(" 1234\t"), 1234},
        {number("77"), 77},
        {text("9223372036854775807"), INT64_MAX},
        {number("9223372036854775807"), INT64_MAX},
        {text("9223372036854775808"), {}},
        {text("99999999999999999999999"), {}},
        {number("12.0"), {}},
        {number("1e3"), {}},
        {text("12.0"), {}},
        {text("1e3"), {}},
        {text("+5"), {}},
        {text("-5"), {}},
        {number("-5"), {}},
        {number("-0"), {}},
        {text("1,234"), {}},
        {text("1 234"), {}},
        {text("0"), {}},
        {text("000"), {}},
        {text("007"), {}},
        {text("0x1F"), {}},
        {text("1F"), {}},
        {text("12a"), {}},
        {text("LGL-881"), {}},
        {text("=\"0012\""), {}},
        {text("#N/A"), {}},
        {text("\u0661\u0662"), {}},
        {text(""), {}},
        {boolean("true"), {}},
        {nested("[1]"), {}},
        {nested("1"), {}},
        {absent(), {}},
    };
    for (const auto& row : table) {
        EXPECT_EQ(read_contact_id(row.from), row.expected) << PrintToString(row.from);
    }
}

TEST(FieldValues, SaysWhyAContactIdIsNone) {
    EXPECT_THAT(why_no_contact_id(text("12.0")), HasSubstr("\"12.0\": a contact id is a whole"));
    EXPECT_THAT(why_no_contact_id(text("0")), HasSubstr("start at 1"));
    EXPECT_THAT(why_no_contact_id(text("00")), HasSubstr("start at 1"));
    EXPECT_THAT(why_no_contact_id(text("0042")), HasSubstr("\"0042\" has leading zeros"));
    EXPECT_THAT(why_no_contact_id(text("9223372036854775808")), HasSubstr("larger than"));
    EXPECT_THAT(why_no_contact_id(text("1.23E+05")), HasSubstr("spreadsheet"));
    EXPECT_THAT(why_no_contact_id(text("E5")), Not(HasSubstr("spreadsheet")));
    EXPECT_THAT(why_no_contact_id(boolean("true")), HasSubstr("\"true\": a contact id"));
    EXPECT_THAT(why_no_contact_id(nested("{\"a\":1}")), HasSubstr("an array or object"));
}

TEST(FieldValues, ReadsBooleansInEveryUsualSpelling) {
    const std::vector<reading<bool>> table = {
        {boolean("true"), true}, {boolean("false"), false}, {number("1"), true},
        {number("0"), false},    {text("TRUE"), true},      {text("False"), false},
        {text(" yes "), true},   {text("No"), false},       {text("Y"), true},
        {text("n"), false},      {text("t"), true},         {text("F"), false},
        {text("1"), true},       {text("0"), false},        {number("1.0"), {}},
        {number("2"), {}},       {number("-1"), {}},        {text("yess"), {}},
        {text("on"), {}},        {text("X"), {}},           {text("ja"), {}},
        {text(""), {}},          {nested("[true]"), {}},    {nested("true"), {}},
        {absent(), {}},
    };
    for (const auto& row : table) {
        EXPECT_EQ(read_boolean(row.from), row.expected) << PrintToString(row.from);
    }
    EXPECT_THAT(why_no_boolean(text("maybe")), HasSubstr("\"maybe\" is neither yes nor no"));
}

TEST(FieldValues, ReadsWholeMinutesAlone) {
    const std::vector<reading<std::int64_t>> table = {
        {text("0"), 0},           {number("0"), 0},
        {text(" 90 "), 90},       {text("05"), 5},
        {number("45"), 45},       {text("2147483647"), max_minutes},
        {text("2147483648"), {}}, {text("99999999999999999999"), {}},
        {text("30.0"), {}},       {number("1e2"), {}},
        {text("-5"), {}},         {text("1:30"), {}},
        {text("30 min"), {}},     {text("1,000"), {}},
        {boolean("true"), {}},    {nested("[30]"), {}},
        {absent(), {}},
    };
    for (const auto& row : table) {
        EXPECT_EQ(read_minutes(row.from), row.expected) << PrintToString(row.from);
    }
    EXPECT_THAT(why_no_minutes(text("1:30")), HasSubstr("\"1:30\" is not a number of whole"));
    EXPECT_THAT(why_no_minutes(text("2147483648")), HasSubstr("more minutes"));
}

TEST(FieldValues, QuotesShortlyAndPrintably) {
    EXPECT_EQ(quoted(text(" a\x1B[31m\nb ")), "\"a?[31m?b\"");
    EXPECT_EQ(quoted(nested("{\"secret\":1}")), "an array or object");
    EXPECT_LE(quoted(text(std::string(5000, 'x'))).size(), 50u);
}

} // namespace
} // namespace noteload::mapping
