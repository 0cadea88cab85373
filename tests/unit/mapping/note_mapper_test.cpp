#include "noteload/mapping/note_mapper.hpp"

#include <gmock/gmock.h>

#include <array>
#include <string>
#include <vector>

#include "cells.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

organization_facts arizona() {
    return {.types = {"General", "Call", "Email", "Thank You"}, .time_zone = "US/Arizona"};
}

/// A row that is right, to be spoilt by the tests.
std::vector<cell> good_row() {
    return {text("17"), text("Call"), text("Spoke with Ana."), absent(), absent(),
            absent(),   absent()};
}

class NoteMapper : public ::testing::Test {
protected:
    void online(std::string key = {}) {
        mapper_ = *note_mapper::by_field_name(arizona(), std::move(key));
    }
    void offline(std::string key = {}) {
        mapper_ = *note_mapper::by_field_name(std::nullopt, std::move(key));
    }
    bool map(const std::vector<cell>& cells) {
        return mapper_.map({.at = {}, .bytes = {}, .cells = cells, .faults = {}}, mapped_);
    }
    /// Maps the good row with one cell changed.
    bool map_with(std::size_t column, cell c) {
        auto cells = good_row();
        cells[column] = c;
        return map(cells);
    }
    [[nodiscard]] std::vector<reason> reasons() const {
        std::vector<reason> out;
        for (const auto& f : mapped_.faults) {
            out.push_back(f.why);
        }
        return out;
    }
    [[nodiscard]] std::string detail() const {
        return mapped_.faults.empty() ? "" : mapped_.faults.front().detail;
    }

    note_mapper mapper_ = *note_mapper::by_field_name(arizona(), "");
    mapped_note mapped_;
};

TEST_F(NoteMapper, MapsAFullRow) {
    ASSERT_TRUE(map({text(" 17 "), text("thank you "), text(" Dear Ana,\n\n\"thanks\" "),
                     text("2019-03-04 12:00"), text("Yes"), text("0"), text("15")}));
    EXPECT_EQ(mapped_.note, (note_request{.contact_id = 17,
                                          .type = "Thank You",
                                          .note = " Dear Ana,\n\n\"thanks\" ",
                                          .note_date_time = "2019-03-04T12:00:00",
                                          .important = true,
                                          .is_private = false,
                                          .time_spent = 15}));
}

TEST_F(NoteMapper, MapsNativeJsonValues) {
    ASSERT_TRUE(map({number("17"), text("Call"), number("1.50"), null(), boolean("false"),
                     number("1"), number("90")}));
    EXPECT_EQ(mapped_.note, (note_request{.contact_id = 17,
                                          .type = "Call",
                                          .note = "1.50",
                                          .note_date_time = {},
                                          .important = false,
                                          .is_private = true,
                                          .time_spent = 90}));
}

TEST_F(NoteMapper, LeavesOutWhatIsEmpty) {
    for (const auto& nothing : {absent(), null(), text(""), text(" \t"), text("\u00A0")}) {
        ASSERT_TRUE(map({text("17"), text("Call"), text("x"), nothing, nothing, nothing, nothing}));
        EXPECT_EQ(mapped_.note, (note_request{.contact_id = 17,
                                              .type = "Call",
                                              .note = "x",
                                              .note_date_time = {},
                                              .important = {},
                                              .is_private = {},
                                              .time_spent = {}}));
    }
}

TEST_F(NoteMapper, NamesTheReasonForEachFault) {
    struct {
        std::size_t column;
        cell from;
        reason expected;
    } const table[] = {
        {0, absent(), reason::missing_contact_id},
        {0, null(), reason::missing_contact_id},
        {0, text("  "), reason::missing_contact_id},
        {0, text("12.0"), reason::bad_contact_id},
        {0, boolean("true"), reason::bad_contact_id},
        {0, nested("{}"), reason::bad_contact_id},
        {1, absent(), reason::missing_type},
        {1, text(" "), reason::missing_type},
        {1, text("Phone"), reason::unknown_type},
        {1, number("7"), reason::unknown_type},
        {1, boolean("true"), reason::unknown_type},
        {1, nested("[\"Call\"]"), reason::unknown_type},
        {2, absent(), reason::missing_note},
        {2, text(" \r\n"), reason::missing_note},
        {2, text("\u00A0\u200B"), reason::missing_note},
        {2, nested("{}"), reason::bad_note},
        {3, text("4/10/2017"), reason::bad_date},
        {3, number("20171004"), reason::bad_date},
        {3, boolean("false"), reason::bad_date},
        {3, nested("[]"), reason::bad_date},
        {4, text("perhaps"), reason::bad_important},
        {5, number("2"), reason::bad_private},
        {6, text("1h"), reason::bad_time_spent},
    };
    for (const auto& row : table) {
        EXPECT_FALSE(map_with(row.column, row.from));
        EXPECT_THAT(reasons(), ElementsAre(row.expected))
            << "column " << row.column << ", " << ::testing::PrintToString(row.from);
        EXPECT_THAT(detail(), Not(IsEmpty()));
    }
}

TEST_F(NoteMapper, ReportsEveryFaultOfARow) {
    EXPECT_FALSE(map({text("x"), text("Phone"), text(""), text("2023-02-29"), text("?"), text("?"),
                      text("-1")}));
    EXPECT_THAT(reasons(),
                ElementsAre(reason::bad_contact_id, reason::unknown_type, reason::missing_note,
                            reason::bad_date, reason::bad_important, reason::bad_private,
                            reason::bad_time_spent));
}

TEST_F(NoteMapper, PutsTheRecordsOwnFaultsFirst) {
    const std::array faults = {fault{reason::duplicate_field, "type"}};
    auto cells = good_row();
    cells[0] = text("");
    EXPECT_FALSE(mapper_.map({.at = {}, .bytes = {}, .cells = cells, .faults = faults}, mapped_));
    EXPECT_THAT(reasons(), ElementsAre(reason::duplicate_field, reason::missing_contact_id));
}

TEST_F(NoteMapper, LooksNoFurtherThanTheFaultsOfARecordWithoutCells) {
    const std::array faults = {fault{reason::wrong_column_count, "6 instead of 7"}};
    EXPECT_FALSE(mapper_.map({.at = {}, .bytes = {}, .cells = {}, .faults = faults}, mapped_));
    EXPECT_THAT(mapped_.faults, ElementsAre(faults[0]));
}

TEST_F(NoteMapper, ForgetsTheRowBefore) {
    online("id");
    auto cells = std::vector<cell>{text("x"), text("Call"), text("secret"), text("2019-03-04"),
                                   text("1"), text("1"),    text("1"),      text("K1")};
    EXPECT_FALSE(map(cells));
    cells = good_row();
    cells.push_back(absent());
    ASSERT_TRUE(map(cells));
    EXPECT_THAT(mapped_.faults, IsEmpty());
    EXPECT_EQ(mapped_.key, "");
    EXPECT_EQ(mapped_.note, (note_request{.contact_id = 17,
                                          .type = "Call",
                                          .note = "Spoke with Ana.",
                                          .note_date_time = {},
                                          .important = {},
                                          .is_private = {},
                                          .time_spent = {}}));
}

TEST_F(NoteMapper, NeverQuotesTheNote) {
    auto cells = good_row();
    cells[0] = text("x");
    cells[2] = nested("{\"html\":\"secret\"}");
    EXPECT_FALSE(map(cells));
    for (const auto& f : mapped_.faults) {
        EXPECT_THAT(f.detail, Not(HasSubstr("secret")));
    }
}

TEST_F(NoteMapper, TellsAnEmptyCellFromAMissingField) {
    EXPECT_FALSE(map_with(1, absent()));
    EXPECT_EQ(detail(), "there is no field type");
    EXPECT_FALSE(map_with(1, text("")));
    EXPECT_EQ(detail(), "type is empty");
}

TEST_F(NoteMapper, SuggestsATypeForAnUnknownOne) {
    EXPECT_FALSE(map_with(1, text("Emial")));
    EXPECT_EQ(detail(),
              "\"Emial\" is not one of the organisation's note types: did you mean \"Email\"?");
}

TEST_F(NoteMapper, ConvertsAnOffsetToTheOrganisationsTime) {
    ASSERT_TRUE(map_with(3, text(" 2019-03-04T00:00:00Z ")));
    EXPECT_EQ(mapped_.note.note_date_time, "2019-03-03T17:00:00");
    ASSERT_TRUE(map_with(3, text("2019-03-04")));
    EXPECT_EQ(mapped_.note.note_date_time, "2019-03-04");
    ASSERT_TRUE(map_with(3, text("2019-03-04T09:30:15.5")));
    EXPECT_EQ(mapped_.note.note_date_time, "2019-03-04T09:30:15");
}

TEST_F(NoteMapper, WritesEveryDateInOneForm) {
    for (const std::string_view as : {"2019-03-04T09:30:00", "2019-03-04 09:30:00",
                                      "2019-03-04T09:30", " 2019-03-04T09:30:00.25 "}) {
        ASSERT_TRUE(map_with(3, text(as)));
        EXPECT_EQ(mapped_.note.note_date_time, "2019-03-04T09:30:00") << as;
    }
}

TEST_F(NoteMapper, OfflineTakesAnyTypeAndLeavesAnOffsetAsItStands) {
    offline();
    auto cells = good_row();
    cells[1] = text(" Phone ");
    cells[3] = text(" 2019-03-04T00:00:00Z");
    ASSERT_TRUE(map(cells));
    EXPECT_EQ(mapped_.note.type, "Phone");
    EXPECT_EQ(mapped_.note.note_date_time, "2019-03-04T00:00:00Z");
    EXPECT_FALSE(map_with(3, text("2019-02-30T00:00:00Z")));
    EXPECT_THAT(reasons(), ElementsAre(reason::bad_date));
    ASSERT_TRUE(map_with(3, text("2019-03-04 10:00")));
    EXPECT_EQ(mapped_.note.note_date_time, "2019-03-04T10:00:00");
}

TEST_F(NoteMapper, HandsOutTheKeyOfGoodRowsAndBad) {
    online("LGL Note ID");
    auto cells = good_row();
    cells.push_back(text(" LGL-881 "));
    EXPECT_TRUE(map(cells));
    EXPECT_EQ(mapped_.key, "LGL-881");
    cells[0] = absent();
    cells[7] = number("12");
    EXPECT_FALSE(map(cells));
    EXPECT_EQ(mapped_.key, "12");
    for (const auto& none : {absent(), null(), text(" "), nested("[1]")}) {
        cells[7] = none;
        map(cells);
        EXPECT_EQ(mapped_.key, "");
    }
}

TEST_F(NoteMapper, TakesAFieldsColumnAsTheKeyToo) {
    online("NOTEdatetime");
    EXPECT_EQ(mapper_.columns().size(), 7u);
    ASSERT_TRUE(map_with(3, text("2019-03-04")));
    EXPECT_EQ(mapped_.key, "2019-03-04");
}

TEST_F(NoteMapper, StaysUsableWhenMoved) {
    const note_mapper moved = std::move(mapper_);
    mapper_ = moved;
    ASSERT_TRUE(map_with(1, text("THANK YOU")));
    EXPECT_EQ(mapped_.note.type, "Thank You");
}

TEST_F(NoteMapper, KeepsTheMemoryOfTheFaults) {
    EXPECT_FALSE(map_with(0, text("x")));
    const auto capacity = mapped_.faults.capacity();
    EXPECT_TRUE(map(good_row()));
    EXPECT_EQ(mapped_.faults.capacity(), capacity);
}

TEST(NoteMapperFactory, AsksForTheFieldsInOrderAndThenTheKey) {
    EXPECT_THAT(note_mapper::by_field_name({}, "")->columns(),
                ElementsAre("contactId", "type", "note", "noteDateTime", "important", "private",
                            "timeSpent"));
    EXPECT_THAT(note_mapper::by_field_name({}, " Old ID ")->columns(),
                ElementsAre("contactId", "type", "note", "noteDateTime", "important", "private",
                            "timeSpent", "Old ID"));
}

TEST(NoteMapperFactory, InAnUnknownTimeZoneRefusesOnlyDatesWithAnOffset) {
    for (const auto* zone : {"", "Mars/Olympus", "US Mountain Standard Time"}) {
        auto mapper = note_mapper::by_field_name(organization_facts{{"Call"}, zone}, "");
        ASSERT_TRUE(mapper) << zone;
        mapped_note into;
        for (const auto& [date, good] :
             {std::pair("2019-03-04T12:00:00", true), std::pair("2019-03-04", true),
              std::pair("2019-03-04T12:00:00Z", false)}) {
            std::vector<cell> cells(mapper->columns().size());
            cells[0] = {cell_kind::text, "7"};
            cells[1] = {cell_kind::text, "Call"};
            cells[2] = {cell_kind::text, "Hello"};
            cells[3] = {cell_kind::text, date};
            EXPECT_EQ(mapper->map({.at = {}, .bytes = {}, .cells = cells, .faults = {}}, into),
                      good)
                << date;
        }
        EXPECT_EQ(into.faults.at(0).why, reason::bad_date);
    }
}

TEST(NoteMapperFactory, RefusesAnOrganisationWithoutTypes) {
    const auto made = note_mapper::by_field_name(organization_facts{{}, "US/Arizona"}, "");
    ASSERT_TRUE(made.has_error());
    EXPECT_EQ(made.error().code, errc::organization);
}

TEST(NoteMapperFactory, RefusesABlankKey) {
    const auto made = note_mapper::by_field_name({}, "  ");
    ASSERT_TRUE(made.has_error());
    EXPECT_EQ(made.error().code, errc::usage);
}

TEST(NoteMapperToml, IsTheMappingFileOfTheRun) {
    EXPECT_EQ(note_mapper::by_field_name({}, "")->to_toml(),
              "[contactId]\ncolumn = \"contactId\"\n\n[type]\ncolumn = \"type\"\n\n"
              "[note]\ncolumn = \"note\"\n\n[noteDateTime]\ncolumn = \"noteDateTime\"\n\n"
              "[important]\ncolumn = \"important\"\n\n[private]\ncolumn = \"private\"\n\n"
              "[timeSpent]\ncolumn = \"timeSpent\"\n");
}

TEST(NoteMapperToml, StartsWithTheKeyAndEscapesIt) {
    const auto toml = note_mapper::by_field_name({}, "Old \"ID\"\x7F\\n\u00FC")->to_toml();
    EXPECT_EQ(toml.substr(0, toml.find('[')), "key = \"Old \\\"ID\\\"\\u007f\\\\n\u00FC\"\n\n");
}

TEST(NoteMapperToml, DoesNotDependOnWhatTheServerSays) {
    EXPECT_EQ(note_mapper::by_field_name(arizona(), "k")->to_toml(),
              note_mapper::by_field_name({}, "k")->to_toml());
}

} // namespace
} // namespace noteload::mapping
