#include "noteload/went_through.hpp"

#include <gtest/gtest.h>

#include "support/printers.hpp"

namespace noteload {
namespace {

TEST(WentThrough, IsASumOfAllItsCounters) {
    went_through one;
    std::uint64_t n = 1;
    for (const auto& [name, counter] : went_through_counters) {
        one.*counter = n++;
    }
    one.requests = {{200, 5}, {503, 1}};
    went_through sum;
    sum += one;
    EXPECT_EQ(sum, one);
    sum += {.processes = 2, .requests = {{0, 1}, {503, 2}}};
    EXPECT_EQ(sum.processes, one.processes + 2);
    EXPECT_EQ(sum.requests, (std::map<int, std::uint64_t>{{0, 1}, {200, 5}, {503, 3}}));
}

TEST(WentThrough, KnowsWhichAnswersAreErrorsOfTheServersOwn) {
    const went_through met{
        .requests = {{0, 1}, {200, 2}, {404, 4}, {408, 8}, {429, 16}, {503, 32}}};
    EXPECT_EQ(met.failed_answers(), 40u);
    EXPECT_EQ(met.all_requests(), 63u);
}

} // namespace
} // namespace noteload
