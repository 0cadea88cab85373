#include <gtest/gtest.h>

#include "cells.hpp"
#include "noteload/mapping/field_values.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {
namespace {

TEST(Hours, AreWholeMinutesOrNothing) {
    for (const auto& [from, to] :
         {std::pair("0", 0), std::pair("1", 60), std::pair(" 1.5 ", 90), std::pair("0.25", 15),
          std::pair("0.0", 0), std::pair("2.500000", 150), std::pair("0.35", 21)}) {
        EXPECT_EQ(read_hours(text(from)), to) << from;
        EXPECT_EQ(read_hours(number(trimmed(from))), to) << from;
    }
    for (const auto* wrong : {"", "0.33", "1.", ".5", "-1", "+1", "1,5", "1h", "1e1",
                              "0.123456789012", "99999999999", "40000000", "1.5.0"}) {
        EXPECT_EQ(read_hours(text(wrong)), std::nullopt) << wrong;
    }
    EXPECT_EQ(read_hours(boolean("true")), std::nullopt);
}

TEST(HoursAndMinutes, AreReadAsOnAClock) {
    for (const auto& [from, to] :
         {std::pair("1:30", 90), std::pair("01:05", 65), std::pair("0:00", 0),
          std::pair("100:59", 6059), std::pair("1:30:00", 90)}) {
        EXPECT_EQ(read_hh_mm(text(from)), to) << from;
    }
    for (const auto* wrong :
         {"", "90", ":30", "1:", "1:5", "1:60", "1:30:30", "1:30:0", "-1:30", "1:305", "1.30"}) {
        EXPECT_EQ(read_hh_mm(text(wrong)), std::nullopt) << wrong;
    }
}

} // namespace
} // namespace noteload::mapping
