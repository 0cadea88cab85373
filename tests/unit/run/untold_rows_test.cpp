#include "noteload/run/untold_rows.hpp"

#include <gmock/gmock.h>

namespace noteload::run {
namespace {

ledger::sending_mark mark(std::uint64_t first, std::uint64_t last) {
    return {.first = first, .last = last, .file = 0, .byte = 0, .line = 0, .hash = 0};
}

TEST(UntoldRows, AreInDoubtUnderAMarkAndElseNotAttempted) {
    ledger::recovered_run log;
    log.rows.set(3, outcome::created);
    log.rows.set(4, outcome::in_doubt);
    log.rows.set(6, outcome::invalid);
    log.open_marks = {mark(3, 5), mark(7, 8)};
    const auto found = count_untold(log, 2, 12);
    EXPECT_EQ(found.in_doubt, 3u) << "5, 7 and 8";
    EXPECT_EQ(found.not_attempted, 4u) << "9 to 12";
    EXPECT_EQ(found.all[outcome::in_doubt], 4u);
    EXPECT_EQ(found.all[outcome::created], 1u);
    EXPECT_EQ(found.all.read, 10u);
    EXPECT_TRUE(found.all.balanced());
}

TEST(UntoldRows, CountWhatAnEarlierProcessMarkedAndToldBehindTheLastRow) {
    ledger::recovered_run log;
    log.rows.set(1, outcome::created);
    log.rows.set(9, outcome::not_attempted);
    log.open_marks = {mark(10, 11)};
    const auto found = count_untold(log, 0, 2);
    EXPECT_EQ(found.rows(), 3u) << "2, 10 and 11";
    EXPECT_EQ(found.all.read, 5u) << "3 to 8 were not read";
    EXPECT_EQ(found.all[outcome::not_attempted], 2u);
    EXPECT_TRUE(found.all.balanced());
}

} // namespace
} // namespace noteload::run
