#include "noteload/run/distinct_names.hpp"

#include <gtest/gtest.h>

namespace noteload::run {
namespace {

TEST(DistinctNames, AreThoseOfColumns) {
    distinct_names names;
    EXPECT_TRUE(names.add("Fund"));
    EXPECT_FALSE(names.add(" fUND "));
    EXPECT_TRUE(names.add("Funds"));
}

/// Two minutes, if each were compared with all before it.
TEST(DistinctNames, AreLookedUp) {
    distinct_names names;
    for (int i = 0; i < 300'000; ++i) {
        ASSERT_TRUE(names.add("column " + std::to_string(i)));
    }
}

} // namespace
} // namespace noteload::run
