// When to ask for rows in doubt, and what the answers mean: cases that the model has found among
// them.

#include "noteload/delivery/doubts.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <ostream>

#include <string>
#include <vector>

namespace noteload::delivery {

inline bool operator<(const finding& a, const finding& b) {
    return a.row < b.row;
}
inline std::ostream& operator<<(std::ostream& out, const finding& f) {
    constexpr const char* words[] = {"found", "not_found", "unsettled"};
    return out << "row " << f.row << ' ' << words[static_cast<int>(f.is)] << ' ' << f.note_id;
}

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using kind = finding::kind;

constexpr auto window = 60s;

sent_note sent(std::string text, std::string date = "") {
    return {.contact_id = 7,
            .type = "Call",
            .note = std::move(text),
            .note_date_time = std::move(date),
            .important = false,
            .is_private = false,
            .time_spent = std::nullopt};
}

contact_note shown(std::int64_t id, std::string text, std::string date = "11/25/2026") {
    contact_note n;
    n.id = id;
    n.contact_id = 7;
    n.type = "Call";
    n.note = std::move(text);
    n.note_date = std::move(date);
    return n;
}

class DoubtDesk : public ::testing::Test {
protected:
    void doubt_of(std::uint64_t row, sent_note content) {
        desk_.add({.row = row, .content = std::move(content), .since = now_, .not_before = {}});
    }
    /// Asks when it is due, and is answered at once.
    std::vector<finding> look(std::vector<contact_note> notes, std::vector<sent_note> flying = {}) {
        now_ = std::max(now_, desk_.next_due().value_or(now_));
        EXPECT_TRUE(desk_.ask(now_));
        lookup_answer a{.notes = std::move(notes), .in_flight = std::move(flying), .began = now_};
        auto findings = desk_.answered(7, a, now_);
        std::sort(findings.begin(), findings.end());
        for (auto& f : findings) {
            f.words.clear();
        }
        return findings;
    }
    std::vector<finding> fail_to_read() {
        now_ = std::max(now_, desk_.next_due().value_or(now_));
        EXPECT_TRUE(desk_.ask(now_));
        return desk_.unreadable(7, "403", now_);
    }
    /// Looks until the verify window is over.
    std::vector<finding> look_to_the_end(const std::vector<contact_note>& notes) {
        const auto end = now_ + window;
        while (now_ < end) {
            if (auto some = look(notes); !some.empty()) {
                return some;
            }
        }
        return {};
    }

    doubt_desk desk_{window};
    steady_clock::time_point now_{1h};
};

TEST_F(DoubtDesk, BelievesNotFoundOnlyAfterTheWindow) {
    doubt_of(1, sent("a note"));
    const auto began = now_;
    EXPECT_THAT(look_to_the_end({}), ElementsAre(finding{1, kind::not_found, 0, {}}));
    EXPECT_GE(now_ - began, window);
}

TEST_F(DoubtDesk, SettlesWhatIsFoundAtOnce) {
    doubt_of(1, sent("a note"));
    EXPECT_THAT(look({shown(5, "a note")}), ElementsAre(finding{1, kind::found, 5, {}}));
    EXPECT_EQ(desk_.size(), 0u);
}

TEST_F(DoubtDesk, JudgesNoTwinWhileOneIsInFlight) {
    doubt_of(1, sent("a note"));
    EXPECT_THAT(look({shown(5, "a note")}, {sent("a  note")}), IsEmpty());
}

TEST_F(DoubtDesk, JudgesNobodyWhoseNoteARunBesideItMayBeAboutToClaim) {
    doubt_of(1, sent("x"));
    doubt_of(2, sent("y"));
    const auto look_beside_another = [&] {
        now_ = std::max(now_, desk_.next_due().value_or(now_));
        EXPECT_TRUE(desk_.ask(now_));
        lookup_answer a{.notes = {}, .in_flight = {}, .began = now_};
        a.unsure = {shown(5, "x")};
        return desk_.answered(7, a, now_);
    };
    std::vector<finding> findings;
    for (const auto end = now_ + window; now_ < end;) {
        findings = look_beside_another();
    }
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].row, 2u);
    EXPECT_THAT(look({shown(5, "x")}), ElementsAre(finding{1, kind::found, 5, ""}));
}

TEST_F(DoubtDesk, DoesNotSendAgainWhereAnOlderNoteIsLikeItAndTimesAreNotSure) {
    doubt_of(1, sent("x"));
    doubt_of(2, sent("y"));
    std::vector<finding> findings;
    for (const auto end = now_ + window; now_ < end;) {
        now_ = std::max(now_, desk_.next_due().value_or(now_));
        EXPECT_TRUE(desk_.ask(now_));
        lookup_answer a{.notes = {}, .in_flight = {}, .began = now_};
        a.older = {shown(5, "x")};
        findings = desk_.answered(7, a, now_);
    }
    std::sort(findings.begin(), findings.end());
    ASSERT_EQ(findings.size(), 2u);
    EXPECT_EQ(findings[0].is, kind::unsettled);
    EXPECT_EQ(findings[1].is, kind::not_found);
}

TEST_F(DoubtDesk, NeitherTakesNorPassesOverANoteOfUnknownAge) {
    doubt_of(1, sent("x"));
    doubt_of(2, sent("y"));
    doubt_of(3, sent("z", "2019-03-04"));
    std::vector<finding> findings;
    for (const auto end = now_ + window; now_ < end;) {
        now_ = std::max(now_, desk_.next_due().value_or(now_));
        EXPECT_TRUE(desk_.ask(now_));
        lookup_answer a{.notes = {}, .in_flight = {}, .began = now_};
        if (findings.empty()) {
            a.notes = {shown(6, "y")}; // later it is another's
        }
        a.of_unknown_age = {shown(5, "x"), shown(4, "y")};
        a.of_unknown_age[0].create_date_time_utc = "yesterday";
        auto some = desk_.answered(7, a, now_);
        std::move(some.begin(), some.end(), std::back_inserter(findings));
    }
    ASSERT_EQ(findings.size(), 3u);
    EXPECT_EQ(findings[0], (finding{2, kind::found, 6, ""})) << "of surely young ones";
    std::sort(findings.begin(), findings.end());
    EXPECT_EQ(findings[0].is, kind::unsettled);
    EXPECT_EQ(findings[0].words,
              "note 5 of the contact could be this one, but when it was made cannot be read: "
              "\"yesterday\"");
    EXPECT_EQ(findings[2].is, kind::not_found);
}

TEST_F(DoubtDesk, GivesTwinsThatAreTheSameWhicheverNote) {
    doubt_of(1, sent("a note"));
    doubt_of(2, sent("a note"));
    EXPECT_THAT(look({shown(5, "a note")}), ElementsAre(finding{1, kind::found, 5, {}}));
    EXPECT_THAT(look_to_the_end({}), ElementsAre(finding{2, kind::not_found, 0, {}}));
}

TEST_F(DoubtDesk, GivesNobodyANoteThatCouldBeEithersWhereItMatters) {
    // Without a date any date agrees: to give it to row 1 would lose row 1's and double row 2's.
    doubt_of(1, sent("a note"));
    doubt_of(2, sent("a note", "2019-03-04"));
    EXPECT_THAT(
        look_to_the_end({shown(5, "a note", "3/4/2019")}),
        ElementsAre(finding{1, kind::unsettled, 0, {}}, finding{2, kind::unsettled, 0, {}}));
}

TEST_F(DoubtDesk, GivesEachItsNoteWhereThereIsOneForEach) {
    // The first note could be both's, the second one only row 1's.
    doubt_of(1, sent("a <b>note</b>"));
    doubt_of(2, sent("a note"));
    const auto found =
        look({shown(8, "<p>a note</p>"), shown(4, "<p>a &lt;b&gt;note&lt;/b&gt;</p>")});
    EXPECT_THAT(found, ElementsAre(finding{1, kind::found, 4, {}}, finding{2, kind::found, 8, {}}));
}

TEST_F(DoubtDesk, LeavesAllInDoubtWhereThereAreMoreNotesThanRows) {
    doubt_of(1, sent("a note"));
    EXPECT_THAT(look({shown(5, "a note"), shown(6, "a note")}),
                ElementsAre(finding{1, kind::unsettled, 0, {}}));
}

TEST_F(DoubtDesk, GivesNoTwinANoteThatCouldBeOfARowLeftInDoubt) {
    doubt_of(1, sent("a note"));
    doubt_of(2, sent("a note", "2019-03-04"));
    look_to_the_end({shown(5, "a note", "3/4/2019")});
    EXPECT_EQ(desk_.size(), 0u);
    EXPECT_FALSE(desk_.has_contact(7)) << "nobody waits for them";
    doubt_of(3, sent("a note", "2019-03-04"));
    EXPECT_THAT(look_to_the_end({shown(5, "a note", "3/4/2019")}),
                ElementsAre(finding{3, kind::unsettled, 0, {}}));
}

TEST_F(DoubtDesk, LeavesInDoubtWhatAServerWithoutAReadableListCannotTell) {
    doubt_of(1, sent("x"));
    doubt_of(2, sent("y"));
    const auto end = now_ + 2 * window;
    auto findings = fail_to_read();
    for (int looks = 1; findings.empty(); ++looks) {
        ASSERT_LT(now_, end) << "after " << looks;
        findings = fail_to_read();
    }
    ASSERT_EQ(findings.size(), 2u);
    EXPECT_EQ(findings[1].is, kind::unsettled);
    EXPECT_EQ(findings[1].words, "the contact's notes cannot be read: 403");
    EXPECT_EQ(desk_.size(), 0u);
    EXPECT_FALSE(desk_.next_due());
}

TEST_F(DoubtDesk, BelievesOfAListThatIsNotWholeOnlyWhatItShows) {
    doubt_of(1, sent("x"));
    doubt_of(2, sent("y"));
    const auto look_at = [&](std::vector<contact_note> notes) {
        now_ = std::max(now_, desk_.next_due().value_or(now_));
        EXPECT_TRUE(desk_.ask(now_));
        lookup_answer a{.notes = std::move(notes), .in_flight = {}, .began = now_};
        a.not_whole = "some are hidden";
        return desk_.answered(7, a, now_);
    };
    EXPECT_THAT(look_at({shown(5, "x")}), ElementsAre(finding{1, kind::found, 5, {}}));
    const auto end = now_ + 2 * window; // from about the row's doubt
    int looks = 1;
    auto findings = look_at({});
    for (; findings.empty(); findings = look_at({})) {
        ASSERT_LT(now_, end);
        ++looks;
    }
    EXPECT_GE(looks, 7);
    EXPECT_THAT(findings, ElementsAre(finding{2, kind::unsettled, 0, "some are hidden"}));
    EXPECT_EQ(desk_.size(), 0u);
}

TEST_F(DoubtDesk, GivesUpNoRowBeforeItsTimeWhereNewDoubtsLetItAskOften) {
    doubt_of(1, sent("x"));
    const auto end = now_ + 2 * window;
    for (std::uint64_t row = 2; now_ < end; ++row) {
        for (const auto& f : fail_to_read()) {
            ASSERT_EQ(f.row, 1u);
            ASSERT_GE(now_, end);
        }
        doubt_of(row, sent("y"));
    }
    EXPECT_GT(desk_.size(), 50u) << "they are still asked for";
}

TEST_F(DoubtDesk, GivesAListAWindowToBecomeWholeHoweverLateItIsAskedFor) {
    doubt_of(1, sent("x"));
    now_ += 10 * window; // others had their turn
    const auto end = now_ + window;
    while (fail_to_read().empty()) {
        ASSERT_LT(now_, end + window);
    }
    EXPECT_GE(now_, end);
}

TEST_F(DoubtDesk, SaysWhenNotFoundIsAboutToBeBelieved) {
    auto hidden = sent("y");
    hidden.is_private = true;
    doubt_of(1, sent("x"));
    now_ += window / 2;
    doubt_of(2, hidden);
    EXPECT_THAT(desk_.ask(now_).value().is_last, ElementsAre(false, false));
    desk_.failed(7, now_);
    now_ += window / 2;
    EXPECT_THAT(desk_.ask(now_).value().is_last, ElementsAre(true, false));
    desk_.failed(7, now_);
    now_ += window / 2;
    EXPECT_THAT(desk_.ask(now_).value().is_last, ElementsAre(true, true));
}

TEST_F(DoubtDesk, ForgetsThatAListWasUnreadableWhenItIsRead) {
    doubt_of(1, sent("x"));
    for (int i = 0; i < 3; ++i) {
        ASSERT_THAT(fail_to_read(), IsEmpty());
    }
    ASSERT_THAT(look({}), IsEmpty());
    for (int i = 1; i < 8; ++i) {
        ASSERT_THAT(fail_to_read(), IsEmpty()) << i;
    }
}

TEST_F(DoubtDesk, AsksAgainHalfAWindowAfterAFailureAtTheLatest) {
    doubt_of(1, sent("a note"));
    for (int i = 0; i < 100; ++i) {
        now_ = desk_.next_due().value();
        ASSERT_TRUE(desk_.ask(now_));
        desk_.failed(7, now_);
        ASSERT_LE(*desk_.next_due() - now_, window / 2);
    }
}

} // namespace
} // namespace noteload::delivery
