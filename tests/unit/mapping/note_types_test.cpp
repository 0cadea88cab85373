#include "noteload/mapping/note_types.hpp"

#include <gmock/gmock.h>

namespace noteload::mapping {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Optional;

note_types defaults() {
    return note_types({"General", "Call", "Text Message", "Letter", "Direct Mail", "Social Media",
                       "Email", "In Person", "Event", "Alert", "Thank You"});
}

TEST(NoteTypes, AreMatchedWithoutCaseAndBlanksInTheOrganisationsSpelling) {
    const auto types = defaults();
    EXPECT_THAT(types.find("Call"), Optional(Eq("Call")));
    EXPECT_THAT(types.find(" EMAIL\t"), Optional(Eq("Email")));
    EXPECT_THAT(types.find("thank you"), Optional(Eq("Thank You")));
    EXPECT_EQ(types.find("Thank  You"), std::nullopt);
    EXPECT_EQ(types.find("Calls"), std::nullopt);
    EXPECT_EQ(types.find(""), std::nullopt);
}

TEST(NoteTypes, KeepTheBlanksOfTheOrganisationsSpelling) {
    EXPECT_THAT(note_types({" Home Visit "}).find("home visit"), Optional(Eq(" Home Visit ")));
}

TEST(NoteTypes, PreferTheExactSpellingWhereTwoDifferInCaseAlone) {
    const note_types types({"CALL", "Call", "call"});
    EXPECT_THAT(types.find("call"), Optional(Eq("call")));
    EXPECT_THAT(types.find("cALL"), Optional(Eq("CALL")));
}

TEST(NoteTypes, DoNotFoldLettersBeyondAscii) {
    const note_types types({"Événement"});
    EXPECT_THAT(types.find("ÉvÉnement"), Eq(std::nullopt));
    EXPECT_THAT(types.find("ÉVéNEMENT"), Optional(Eq("Événement")));
}

TEST(NoteTypes, SuggestTheNearestType) {
    const auto types = defaults();
    EXPECT_EQ(types.suggest("emial"), "did you mean \"Email\"?");
    EXPECT_EQ(types.suggest("Calls"), "did you mean \"Call\"?");
    EXPECT_EQ(types.suggest("ThankYou"), "did you mean \"Thank You\"?");
}

TEST(NoteTypes, ListTheTypesWhereNoneIsNear) {
    EXPECT_EQ(defaults().suggest("Board Meeting"),
              "the types are General, Call, Text Message, Letter, Direct Mail, Social Media, "
              "Email, In Person, Event, Alert, Thank You");
    EXPECT_THAT(defaults().suggest(std::string(10'000, 'x')), HasSubstr("the types are General"));
}

TEST(NoteTypes, ListADozenAtMostAndPrintably) {
    const std::vector<std::string> many(500, std::string(300, 'x') + "\x1B[2J");
    const auto text = note_types(many).suggest("Walk-in");
    EXPECT_THAT(text, HasSubstr(" and 488 more"));
    EXPECT_THAT(text, Not(HasSubstr("\x1B")));
    EXPECT_LT(text.size(), 700u);
}

TEST(NoteTypes, MeasureDistanceByInsertingDeletingAndReplacing) {
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("abc", ""), 3u);
    EXPECT_EQ(edit_distance("Kitten", "sitting"), 3u);
    EXPECT_EQ(edit_distance("EMAIL", "email"), 0u);
}

} // namespace
} // namespace noteload::mapping
