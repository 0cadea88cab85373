// note_mapper by the rules of a mapping file.

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cells.hpp"
#include "noteload/mapping/contact_book.hpp"
#include "noteload/mapping/mapping_file.hpp"
#include "noteload/mapping/note_mapper.hpp"

namespace noteload::mapping {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RuleMapper : public ::testing::Test {
protected:
    /// A mapper by a mapping file's text, for an organisation in Arizona.
    void by(std::string_view toml, bool online = true) {
        auto rules = parse_mapping(toml, "m.toml");
        ASSERT_TRUE(rules.has_value()) << rules.error().message;
        auto facts = std::optional<organization_facts>();
        if (online) {
            facts = {.types = {"General", "Call", "Thank You"}, .time_zone = "US/Arizona"};
        }
        auto made = note_mapper::by_rules(std::move(facts), *rules, contacts_);
        ASSERT_TRUE(made.has_value()) << made.error().message;
        mapper_.emplace(std::move(*made));
        cells_.clear();
        with("contactId", text("17"));
        with("type", text("Call"));
        with("note", text("Hello"));
    }
    /// Puts a cell into a column; those that are not read are left out.
    void with(std::string_view column, cell c) { cells_[std::string(column)] = c; }
    void with(std::string_view column, std::string_view t) { with(column, text(t)); }
    bool map() {
        std::vector<cell> cells;
        for (const auto& name : mapper_->columns()) {
            const auto found = cells_.find(name);
            cells.push_back(found == cells_.end() ? absent() : found->second);
        }
        place at{.file = 0, .row = ++row_, .line = row_ + 1, .byte = 0, .size = 0};
        return mapper_->map({.at = at, .bytes = {}, .cells = cells, .faults = {}}, mapped_);
    }
    bool map_with(std::string_view column, std::string_view t) {
        with(column, t);
        return map();
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
    [[nodiscard]] std::vector<std::string> told() const {
        std::vector<std::string> out;
        for (const auto& n : tell(mapper_->noticed())) {
            out.push_back(n.word + " " + std::to_string(n.rows));
        }
        return out;
    }
    [[nodiscard]] const note_request& note() const { return mapped_.note; }

    std::shared_ptr<const contact_resolver> contacts_;
    std::optional<note_mapper> mapper_;
    std::map<std::string, cell> cells_;
    std::uint64_t row_ = 0;
    mapped_note mapped_;
};

TEST_F(RuleMapper, ReadsEachColumnOnce) {
    by("key = \"contactid\"\n[note]\ntemplate = \"{Text} {text} {contactId}\"");
    EXPECT_THAT(mapper_->columns(), ElementsAre("contactId", "Text", "type", "noteDateTime",
                                                "important", "private", "timeSpent"));
    with("Text", "x");
    ASSERT_TRUE(map());
    EXPECT_EQ(note().note, "x x 17");
    EXPECT_EQ(mapped_.key, "17");
}

TEST_F(RuleMapper, WantsTheColumnsThatTheFileNames) {
    by("[noteDateTime]\ncolumn = \"Date\"\n[important]\ntrue = [\"x\"]");
    const std::vector<std::string> good = {"contactId", "type", "note", "Date", "important"};
    EXPECT_FALSE(mapper_->check_header(good, "n.csv"));
    for (std::size_t left_out = 0; left_out < good.size(); ++left_out) {
        auto header = good;
        header.erase(header.begin() + static_cast<std::ptrdiff_t>(left_out));
        const auto complaint = mapper_->check_header(header, "n.csv");
        ASSERT_TRUE(complaint) << good[left_out];
        EXPECT_THAT(complaint->message, HasSubstr(good[left_out]));
        EXPECT_THAT(complaint->message, HasSubstr("The mapping file says"));
    }
    const std::vector<std::string> mistyped = {"contactId", "type", "note", "Dates", "important"};
    EXPECT_THAT(mapper_->check_header(mistyped, "n.csv")->message,
                HasSubstr("\"Dates\" looks like Date"));
}

TEST_F(RuleMapper, TranslatesFormerIdsByTheContactsFile) {
    auto book = std::make_shared<contact_book>();
    book->add("A1", 901);
    book->add("0012", 902);
    contacts_ = book;
    by("[contactId]\ncolumn = \"Old\"\nby = \"file:c.csv\"");
    ASSERT_TRUE(map_with("Old", " A1 "));
    EXPECT_EQ(note().contact_id, 901);
    ASSERT_TRUE(map_with("Old", "0012"));
    EXPECT_EQ(note().contact_id, 902);
    with("Old", number("12"));
    EXPECT_FALSE(map());
    EXPECT_THAT(reasons(), ElementsAre(reason::unknown_contact));
    EXPECT_THAT(detail(), HasSubstr("former id \"12\""));
    EXPECT_FALSE(map_with("Old", "a1"));
    EXPECT_FALSE(map_with("Old", " "));
    EXPECT_THAT(reasons(), ElementsAre(reason::missing_contact_id));
    with("Old", nested("[]"));
    EXPECT_FALSE(map());
    EXPECT_THAT(reasons(), ElementsAre(reason::bad_contact_id));
    with("Old", boolean("true"));
    EXPECT_FALSE(map());
}

TEST_F(RuleMapper, TakesContactsForKnownWhereNobodyCanBeAsked) {
    by("[contactId]\ncolumn = \"Mail\"\nby = \"email\"", false);
    EXPECT_TRUE(map_with("Mail", "ana@example.org"));
    EXPECT_FALSE(map_with("Mail", "ana"));
    EXPECT_THAT(detail(), HasSubstr("e-mail address"));
    by("[contactId]\ncolumn = \"Old\"\nby = \"reference:LGL\"", false);
    EXPECT_TRUE(map_with("Old", "any thing"));
    EXPECT_FALSE(map_with("Old", "1.23E+05"));
    EXPECT_THAT(reasons(), ElementsAre(reason::excel_number));
    EXPECT_TRUE(map_with("Old", "12E45"));
}

TEST_F(RuleMapper, TranslatesTypes) {
    by("[type]\ncolumn = \"T\"\nvalues = { \"Phone call\" = \"call\", \"\" = \"General\" }");
    for (const auto& [from, to] :
         {std::pair("Phone call", "Call"), std::pair(" PHONE CALL", "Call"),
          std::pair("", "General"), std::pair(" ", "General"),
          std::pair("thank you", "Thank You")}) {
        ASSERT_TRUE(map_with("T", from)) << from;
        EXPECT_EQ(note().type, to) << from;
    }
    EXPECT_FALSE(map_with("T", "Visit"));
    EXPECT_THAT(reasons(), ElementsAre(reason::unknown_type));
    EXPECT_THAT(detail(), HasSubstr("neither in the mapping's values"));
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(RuleMapper, MakesUnknownTypesOtherwiseAndSaysSo) {
    by("[type]\ncolumn = \"T\"\nvalues = { a = \"Call\" }\notherwise = \"general\"");
    for (const auto* unknown : {"Visit", "", "#unknown"}) {
        ASSERT_TRUE(map_with("T", unknown));
        EXPECT_EQ(note().type, "General");
    }
    ASSERT_TRUE(map_with("T", "A"));
    EXPECT_EQ(note().type, "Call");
    EXPECT_THAT(told(), ElementsAre("type_otherwise 3"));
    EXPECT_FALSE(map_with("T", "#N/A"));
    EXPECT_THAT(reasons(), ElementsAre(reason::excel_error));
    with("T", nested("{}"));
    EXPECT_FALSE(map());
}

TEST_F(RuleMapper, GivesEveryNoteOneTypeWhereTheFileHasNone) {
    by("[type]\notherwise = \"thank you\"");
    EXPECT_THAT(mapper_->columns(), Not(::testing::Contains("type")));
    ASSERT_TRUE(map());
    EXPECT_EQ(note().type, "Thank You");
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(RuleMapper, RefusesTypesThatTheOrganisationHasNot) {
    for (const auto* toml :
         {"[type]\ncolumn = \"T\"\nvalues = { a = \"Cal\" }", "[type]\notherwise = \"Cal\""}) {
        const auto made =
            note_mapper::by_rules(organization_facts{{"General", "Call"}, "US/Arizona"},
                                  parse_mapping(toml, "m").value(), nullptr);
        ASSERT_TRUE(made.has_error());
        EXPECT_EQ(made.error().code, errc::usage);
        EXPECT_THAT(made.error().message, HasSubstr("did you mean \"Call\"?"));
    }
}

TEST_F(RuleMapper, FillsTheTemplate) {
    by("[note]\ntemplate = \"{{{A}}} by {B}\"");
    with("A", "x {B}");
    with("B", number("7"));
    ASSERT_TRUE(map());
    EXPECT_EQ(note().note, "{x {B}} by 7");
    with("B", null());
    ASSERT_TRUE(map());
    EXPECT_EQ(note().note, "{x {B}} by ");
    with("A", " ");
    EXPECT_FALSE(map());
    EXPECT_THAT(reasons(), ElementsAre(reason::missing_note));
    with("A", nested("[1]"));
    EXPECT_FALSE(map());
    EXPECT_THAT(reasons(), ElementsAre(reason::bad_note));
}

TEST_F(RuleMapper, SendsTheCellItselfWhereNothingIsToBeDone) {
    by("[note]\ncolumn = \"N\"\nmax_length = 5");
    const std::string cell = " é😀\n ";
    ASSERT_TRUE(map_with("N", cell));
    EXPECT_EQ(note().note.data(), cell.data()) << "copied";
}

TEST_F(RuleMapper, ConvertsTextToHtmlAndBack) {
    by("[note]\ntemplate = \"<{N}>\\n\"\nformat = \"html\"");
    ASSERT_TRUE(map_with("N", "a < b & c\r\nd\re"));
    EXPECT_EQ(note().note, "&lt;a &lt; b &amp; c<br>d<br>e><br>");
    by("[note]\ncolumn = \"N\"\nsource_format = \"html\"");
    ASSERT_TRUE(map_with("N", "<p>Fish &amp;\n chips</p>"));
    EXPECT_EQ(note().note, "Fish & chips");
    EXPECT_FALSE(map_with("N", "<p>&nbsp;</p>"));
    EXPECT_THAT(reasons(), ElementsAre(reason::missing_note));
    by("[note]\ntemplate = \"{N} & co\"\nsource_format = \"html\"\nformat = \"html\"");
    ASSERT_TRUE(map_with("N", "<b>Fish</b>"));
    EXPECT_EQ(note().note, "<b>Fish</b> &amp; co");
}

TEST_F(RuleMapper, NeverSendsMoreThanTheLengthAndNeverCutsInSilence) {
    const std::string long_note = std::string(150, 'x') + "é";
    by("[note]\ncolumn = \"N\"\nmax_length = 150");
    ASSERT_TRUE(map_with("N", long_note.substr(0, 149) + "é"));
    EXPECT_FALSE(map_with("N", long_note));
    EXPECT_THAT(reasons(), ElementsAre(reason::note_too_long));
    EXPECT_THAT(detail(), HasSubstr("151 characters"));
    EXPECT_THAT(detail(), Not(HasSubstr("xxx")));
    by("[note]\ncolumn = \"N\"\nmax_length = 150\nover = \"truncate\"");
    ASSERT_TRUE(map_with("N", long_note));
    EXPECT_EQ(note().note, std::string(115, 'x') + " [shortened: 151 characters before]");
    EXPECT_EQ(note().note.size(), 150u);
    EXPECT_THAT(told(), ElementsAre("note_truncated 1"));
    with("contactId", "x");
    EXPECT_FALSE(map());
    EXPECT_THAT(told(), ElementsAre("note_truncated 1")) << "only what is sent was changed";
}

TEST_F(RuleMapper, TreatsPicturesAsToldTo) {
    const std::string with_picture =
        "See <img src=\"data:image/png;base64,AAAABBBBCCCC\" alt=\"x\"> there";
    by("[note]\ncolumn = \"N\"");
    ASSERT_TRUE(map_with("N", with_picture));
    EXPECT_EQ(note().note, with_picture);
    by("[note]\ncolumn = \"N\"\npictures = \"drop with a mark\"");
    ASSERT_TRUE(map_with("N", with_picture));
    EXPECT_EQ(note().note, "See [picture left out: image/png, 9 bytes] there");
    EXPECT_THAT(told(), ElementsAre("picture_left_out 1"));
    ASSERT_TRUE(map_with("N", "no picture"));
    EXPECT_THAT(told(), ElementsAre("picture_left_out 1"));
    by("[note]\ncolumn = \"N\"\npictures = \"invalid\"");
    EXPECT_FALSE(map_with("N", with_picture));
    EXPECT_THAT(reasons(), ElementsAre(reason::embedded_picture));
}

TEST_F(RuleMapper, ReadsDatesByTheFormatsAndTheZone) {
    by("[noteDateTime]\ncolumn = \"D\"\nformats = [\"%m/%d/%Y %I:%M %p\", \"%m/%d/%Y\"]\n"
       "zone = \"America/New_York\"");
    ASSERT_TRUE(map_with("D", " 07/04/2019 01:30 AM "));
    EXPECT_EQ(note().note_date_time, "2019-07-03T22:30:00");
    ASSERT_TRUE(map_with("D", "07/04/2019"));
    EXPECT_EQ(note().note_date_time, "2019-07-04") << "a day stays where it is";
    ASSERT_TRUE(map_with("D", ""));
    EXPECT_EQ(note().note_date_time, "");
    for (const auto& [wrong, says] :
         {std::pair("2019-07-04", "does not fit any of %m/%d/%Y %I:%M %p, %m/%d/%Y"),
          std::pair("02/30/2019", "not a day of the calendar"),
          std::pair("03/10/2019 2:30 AM", "never shown by the clocks"),
          std::pair("11/03/2019 1:30 AM", "shown twice"), std::pair("43831", "number of a day"),
          std::pair("2009-03", "partial = \"first\"")}) {
        EXPECT_FALSE(map_with("D", wrong)) << wrong;
        EXPECT_THAT(reasons(), ElementsAre(reason::bad_date)) << wrong;
        EXPECT_THAT(detail(), HasSubstr(says));
    }
    with("D", number("20190704"));
    EXPECT_FALSE(map());
    EXPECT_FALSE(map_with("D", "=\"07/04/2019\""));
    EXPECT_THAT(reasons(), ElementsAre(reason::excel_formula));
}

TEST_F(RuleMapper, LetsAnOffsetGoBeforeTheZone) {
    by("[noteDateTime]\nzone = \"America/New_York\"");
    ASSERT_TRUE(map_with("noteDateTime", "2019-07-04T12:00Z"));
    EXPECT_EQ(note().note_date_time, "2019-07-04T05:00:00");
}

TEST_F(RuleMapper, JoinsTheColumnsOfADate) {
    by("[noteDateTime]\ncolumns = [\"D\", \"T\"]\nformats = [\"%F %R\", \"iso\"]");
    with("D", "2019-07-04");
    ASSERT_TRUE(map_with("T", " 15:30 "));
    EXPECT_EQ(note().note_date_time, "2019-07-04T15:30:00");
    ASSERT_TRUE(map_with("T", ""));
    EXPECT_EQ(note().note_date_time, "2019-07-04");
    with("D", "");
    EXPECT_FALSE(map_with("T", "15:30"));
    ASSERT_TRUE(map_with("T", ""));
    EXPECT_EQ(note().note_date_time, "");
}

TEST_F(RuleMapper, CompletesPartialDatesWhenAllowedAndSaysSo) {
    by("[noteDateTime]\ncolumn = \"D\"\nformats = [\"%m/%d/%Y\", \"%m/%Y\"]\npartial = \"first\"");
    for (const auto& [from, to] :
         {std::pair("2009", "2009-01-01"), std::pair("2009-03", "2009-03-01"),
          std::pair("3/2009", "2009-03-01"), std::pair("3/4/2009", "2009-03-04")}) {
        ASSERT_TRUE(map_with("D", from)) << from;
        EXPECT_EQ(note().note_date_time, to) << from;
    }
    EXPECT_THAT(told(), ElementsAre("date_completed 3"));
    EXPECT_FALSE(map_with("D", "2009-13"));
}

TEST_F(RuleMapper, OfflineKeepsATimeAsItIsAndStillFindsGaps) {
    by("[noteDateTime]\ncolumn = \"D\"\nzone = \"America/New_York\"", false);
    ASSERT_TRUE(map_with("D", "2019-11-03 01:30"));
    EXPECT_EQ(note().note_date_time, "2019-11-03T01:30:00");
    EXPECT_FALSE(map_with("D", "2019-03-10 02:30"));
    ASSERT_TRUE(map_with("D", "2019-03-10T02:30Z"));
    EXPECT_EQ(note().note_date_time, "2019-03-10T02:30Z");
}

TEST_F(RuleMapper, CountsDatesWithDayAndMonthExchanged) {
    by("[noteDateTime]\ncolumn = \"D\"\nformats = [\"%m/%d/%Y\"]");
    for (const auto* date : {"04/10/2017", "04/04/2017", "10/04/2017", "13/04/2017", "31/12/2017",
                             "32/01/2017", "31/02/2017", "x"}) {
        map_with("D", date);
    }
    const auto& x = mapper_->noticed().exchange;
    EXPECT_EQ(x.only_exchanged, 2u);
    EXPECT_EQ(x.either, 2u) << "04/04 is the same day both ways";
    EXPECT_EQ(x.only_as_written, 0u);
    EXPECT_THAT(tell(mapper_->noticed())[0].text,
                HasSubstr("very likely has day and month exchanged"));
    EXPECT_FALSE(map_with("D", "13/04/2017"));
    EXPECT_THAT(detail(), HasSubstr("but would be with day and month exchanged"));
    map_with("D", "12/31/2017");
    EXPECT_EQ(mapper_->noticed().exchange.only_as_written, 1u);
    EXPECT_THAT(tell(mapper_->noticed())[0].text, HasSubstr("dates of both kinds"));
}

TEST_F(RuleMapper, SaysNothingOfDatesThatAllFit) {
    by("[noteDateTime]\ncolumn = \"D\"\nformats = [\"%m/%d/%Y\"]");
    map_with("D", "04/10/2017");
    map_with("D", "04/13/2017");
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(RuleMapper, ReadsFlagsByTheLists) {
    by("[important]\ntrue = [\"Yes\", \"X\", \"0\"]\n[private]\ncolumn = \"P\"\ntrue = [\"Y\"]\n"
       "false = [\"\"]");
    for (const auto& [from, to] :
         {std::pair(" x ", true), std::pair("YES", true), std::pair("0", true),
          std::pair("no", false), std::pair("False", false)}) {
        ASSERT_TRUE(map_with("important", from)) << from;
        EXPECT_EQ(note().important, to) << from;
    }
    EXPECT_EQ(note().is_private, false) << "an empty cell is in the list";
    ASSERT_TRUE(map_with("important", ""));
    EXPECT_EQ(note().important, std::nullopt);
    with("important", boolean("false"));
    ASSERT_TRUE(map());
    EXPECT_EQ(note().important, false);
    with("important", nested("[]"));
    EXPECT_FALSE(map());
    with("important", absent());
    for (const auto* unknown : {"n", "no", "yes"}) {
        EXPECT_FALSE(map_with("P", unknown)) << unknown;
        EXPECT_THAT(reasons(), ElementsAre(reason::bad_private));
        EXPECT_THAT(detail(), HasSubstr("add it to one"));
    }
    EXPECT_FALSE(map_with("P", "#REF!"));
    EXPECT_THAT(reasons(), ElementsAre(reason::excel_error));
}

TEST_F(RuleMapper, ReadsTimesInTheirUnit) {
    by("[timeSpent]\nunit = \"hours\"");
    ASSERT_TRUE(map_with("timeSpent", "1.25"));
    EXPECT_EQ(note().time_spent, 75);
    EXPECT_FALSE(map_with("timeSpent", "0.33"));
    EXPECT_THAT(reasons(), ElementsAre(reason::bad_time_spent));
    by("[timeSpent]\nunit = \"hh:mm\"");
    ASSERT_TRUE(map_with("timeSpent", "1:05"));
    EXPECT_EQ(note().time_spent, 65);
    EXPECT_FALSE(map_with("timeSpent", "65"));
    by("[timeSpent]\ncolumn = \"minutes\"");
    ASSERT_TRUE(map_with("minutes", "65"));
    EXPECT_EQ(note().time_spent, 65);
}

TEST_F(RuleMapper, GivesExcelsLeavingsTheirOwnReasons) {
    by("key = \"K\"\n[note]\ncolumn = \"N\"");
    with("N", "Hello");
    with("contactId", "=\"0012\"");
    with("K", "1.23E+05");
    EXPECT_FALSE(map());
    EXPECT_THAT(reasons(), ElementsAre(reason::excel_formula, reason::excel_number));
    with("K", "k");
    with("contactId", "17");
    with("N", "=\"secret\"");
    EXPECT_FALSE(map());
    EXPECT_THAT(reasons(), ElementsAre(reason::excel_formula));
    EXPECT_THAT(detail(), Not(HasSubstr("secret")));
    EXPECT_TRUE(map_with("N", "=== Call ==="));
    EXPECT_TRUE(map_with("N", "#1 priority"));
}

TEST_F(RuleMapper, StaysUsableWhenCopiedAndMoved) {
    by("[type]\ncolumn = \"T\"\nvalues = { a = \"Call\" }\n[note]\ntemplate = \"{N}!\"");
    with("T", "a");
    with("N", "x");
    note_mapper copy = *mapper_;
    mapper_.emplace(std::move(copy));
    ASSERT_TRUE(map());
    EXPECT_EQ(note().type, "Call");
    EXPECT_EQ(note().note, "x!");
}

TEST_F(RuleMapper, InAnUnknownTimeZoneRefusesOnlyTimesThatNeedIt) {
    auto made = note_mapper::by_rules(
        organization_facts{{"Call"}, "Mars"},
        parse_mapping("[noteDateTime]\ncolumn = \"D\"\nzone = \"UTC\"", "m").value(), nullptr);
    mapper_.emplace(std::move(*made));
    with("contactId", "17");
    with("type", "Call");
    with("note", "x");
    EXPECT_TRUE(map_with("D", "2019-03-04"));
    EXPECT_FALSE(map_with("D", "2019-03-04 10:00"));
    EXPECT_FALSE(map_with("D", "2019-03-04 10:00Z"));
}

} // namespace
} // namespace noteload::mapping
