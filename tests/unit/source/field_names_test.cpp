#include "noteload/source/field_names.hpp"

#include <gmock/gmock.h>

namespace noteload::source {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FieldNames, AreThoseOfTheObjectInItsOrder) {
    EXPECT_THAT(field_names(R"({"b":1,"a\u00e9":{"x":2},"c":[]})"),
                ElementsAre("b", "a\u00e9", "c"));
    EXPECT_THAT(field_names("\xEF\xBB\xBF{\"a\":1}"), ElementsAre("a"));
}

TEST(FieldNames, AreNoneWhereThereIsNoObject) {
    for (const auto* line : {"", "[1]", "7", "{\"a\":", "{\"a\":1} x"}) {
        EXPECT_THAT(field_names(line), IsEmpty()) << line;
    }
}

} // namespace
} // namespace noteload::source
