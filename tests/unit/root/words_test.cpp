#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "noteload/outcome.hpp"
#include "noteload/reason.hpp"
#include "noteload/undo_outcome.hpp"

namespace noteload {
namespace {

/// Lower case, digits and underscores: fit for a log, a CSV cell and a script.
bool is_word(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == text.npos;
}

TEST(Reasons, HaveEachAWordOfTheirOwnThatLeadsBack) {
    std::set<std::string_view> words;
    for (const auto r : all_reasons()) {
        EXPECT_TRUE(is_word(to_word(r))) << to_word(r);
        EXPECT_TRUE(words.insert(to_word(r)).second) << to_word(r);
        EXPECT_EQ(reason_from_word(to_word(r)), r);
    }
    EXPECT_EQ(all_reasons().size(), static_cast<std::size_t>(reason::out_of_tries) + 1);
}

TEST(Reasons, KeepTheirPublicWords) {
    EXPECT_EQ(to_word(reason::bad_quoting), "bad_quoting");
    EXPECT_EQ(to_word(reason::missing_contact_id), "missing_contact_id");
    EXPECT_EQ(to_word(reason::bad_date), "bad_date");
    EXPECT_EQ(to_word(reason::bad_time_spent), "bad_time_spent");
    EXPECT_EQ(to_word(reason::stopped), "stopped");
}

TEST(Reasons, AreNotMadeOfOtherWords) {
    for (const auto* word : {"", "BAD_DATE", "bad date", "created", "bad_date "}) {
        EXPECT_EQ(reason_from_word(word), std::nullopt) << word;
    }
}

TEST(Outcomes, HaveEachAWordThatLeadsBack) {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < outcome_count; ++i) {
        const auto o = static_cast<outcome>(i);
        EXPECT_TRUE(is_word(to_word(o))) << to_word(o);
        EXPECT_TRUE(words.insert(to_word(o)).second) << to_word(o);
        EXPECT_EQ(outcome_from_word(to_word(o)), o);
    }
    EXPECT_EQ(outcome_from_word("done"), std::nullopt);
    EXPECT_EQ(outcome_from_word(""), std::nullopt);
}

TEST(UndoOutcomes, HaveEachAWordThatLeadsBack) {
    const std::vector<std::string_view> words = {"undone", "gone", "kept", "refused",
                                                 "not_attempted"};
    ASSERT_EQ(words.size(), undo_outcome_count);
    for (std::size_t i = 0; i < undo_outcome_count; ++i) {
        const auto o = static_cast<undo_outcome>(i);
        EXPECT_EQ(to_word(o), words[i]);
        EXPECT_EQ(undo_outcome_from_word(words[i]), o);
    }
    EXPECT_EQ(undo_outcome_from_word("created"), std::nullopt);
}

TEST(Outcomes, KeepTheirPublicWords) {
    EXPECT_EQ(to_word(outcome::created), "created");
    EXPECT_EQ(to_word(outcome::already_there), "already_there");
    EXPECT_EQ(to_word(outcome::skipped), "skipped");
    EXPECT_EQ(to_word(outcome::invalid), "invalid");
    EXPECT_EQ(to_word(outcome::refused), "refused");
    EXPECT_EQ(to_word(outcome::in_doubt), "in_doubt");
    EXPECT_EQ(to_word(outcome::not_attempted), "not_attempted");
}

TEST(Words, ArePrintedForPeopleWhoReadTests) {
    std::ostringstream out;
    out << outcome::in_doubt << ' ' << reason::timeout;
    EXPECT_EQ(out.str(), "in_doubt timeout");
}

TEST(RowCounts, BalanceWhenEveryRowReadHasAnOutcome) {
    row_counts counts;
    EXPECT_TRUE(counts.balanced());
    counts.read = 3;
    counts[outcome::created] = 2;
    EXPECT_FALSE(counts.balanced());
    counts[outcome::invalid] = 1;
    EXPECT_TRUE(counts.balanced());
    EXPECT_EQ(counts.settled(), 3u);
    EXPECT_EQ(std::as_const(counts)[outcome::created], 2u);
    counts[outcome::created] = 3;
    EXPECT_FALSE(counts.balanced());
}

} // namespace
} // namespace noteload
