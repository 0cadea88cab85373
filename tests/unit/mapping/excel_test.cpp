#include "noteload/mapping/excel.hpp"

#include <gmock/gmock.h>

#include "cells.hpp"

namespace noteload::mapping {
namespace {

TEST(ExcelLeavings, HaveTheirOwnReasons) {
    for (const auto* formula : {"=\"0012\"", " =\"a\" "}) {
        EXPECT_EQ(excel_leaving(text(formula)), reason::excel_formula) << formula;
    }
    for (const auto* error : {"#N/A", "#n/a", " #REF! ", "#DIV/0!", "#NAME?", "#VALUE!", "#NUM!",
                              "#NULL!", "###", "########"}) {
        EXPECT_EQ(excel_leaving(text(error)), reason::excel_error) << error;
    }
    for (const auto* shortened : {"1.23E+05", "1,23E+05", "1e+10", "9.9E-07"}) {
        EXPECT_EQ(excel_leaving_of_id(text(shortened)), reason::excel_number) << shortened;
        EXPECT_EQ(excel_leaving(text(shortened)), std::nullopt) << shortened;
    }
}

TEST(ExcelLeavings, AreNothingElse) {
    for (const auto* fine : {"", "#", "##", "#1", "#N/A or so", "=", "=\"", "= 1 + 1",
                             "===", "12E45", "E+05", "1E+", "A1.2E+05", "1.2E+05x", "12"}) {
        EXPECT_EQ(excel_leaving_of_id(text(fine)), std::nullopt) << fine;
    }
    EXPECT_EQ(excel_leaving_of_id(number("1.23E+05")), std::nullopt);
    EXPECT_EQ(excel_leaving_of_id(absent()), std::nullopt);
}

TEST(ExcelLeavings, AreExplained) {
    for (const auto why : {reason::excel_formula, reason::excel_error, reason::excel_number}) {
        EXPECT_THAT(explain_leaving(why, text("#N/A")), ::testing::HasSubstr("\"#N/A\" is"));
    }
}

} // namespace
} // namespace noteload::mapping
