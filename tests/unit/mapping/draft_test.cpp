#include "noteload/mapping/draft.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "cells.hpp"
#include "noteload/mapping/guess_dates.hpp"
#include "noteload/mapping/mapping_file.hpp"

namespace noteload::mapping {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string first_of(column_names names) {
    return std::string(names.substr(0, names.find('|')));
}

/// A file with every column that the export may have, each under its first name.
std::vector<std::string> columns_of(const known_export& e) {
    std::vector<std::string> out;
    for (const auto names : {e.key, e.contact, e.type, e.title, e.note, e.author, e.date,
                             e.is_private, e.time_spent}) {
        if (!names.empty()) {
            out.push_back(first_of(names));
        }
    }
    for (const auto names : e.must) {
        if (std::find(out.begin(), out.end(), first_of(names)) == out.end()) {
            out.push_back(first_of(names));
        }
    }
    return out;
}

TEST(Draft, OfEachKnownExportIsAMappingFileThatReadsIt) {
    for (const auto& e : known_exports()) {
        SCOPED_TRACE(std::string(e.system));
        draft d("notes.csv", columns_of(e));
        EXPECT_EQ(d.system(), e.system);
        const auto toml = d.to_toml();
        EXPECT_THAT(toml, HasSubstr(std::string(e.source)));
        const auto rules = parse_mapping(toml, "m.toml");
        ASSERT_TRUE(rules.has_value()) << rules.error().message << "\n" << toml;
        EXPECT_EQ(rules->contact.column, first_of(e.contact));
        EXPECT_EQ(rules->key, first_of(e.key));
        EXPECT_FALSE(is_by_field_name(*rules));
    }
}

TEST(Draft, RecognisesColumnsInAnyCaseAndOrder) {
    EXPECT_EQ(draft("n", {"note text ", "X", " lgl constituent id"}).system(),
              "Little Green Light");
    EXPECT_EQ(draft("n", {"Note Text", "X"}).system(), "");
    EXPECT_EQ(draft("n", {}).system(), "");
}

TEST(Draft, ListsTheTypesAndTheDatesThatItSaw) {
    draft d("n.csv", {"LGL Constituent ID", "Note Text", "Note Type", "Note Date"});
    ASSERT_THAT(d.wanted(), ElementsAre("Note Type", "Note Date"));
    for (const auto* date : {"10/24/2017", "04/10/2017", ""}) {
        const std::vector<cell> cells = {text("Visit \"x\""), text(date)};
        d.see(cells);
    }
    const std::vector<cell> call = {text("phone CALL"), text("01/02/2017")};
    d.see(call);
    d.see({});
    const auto toml = d.to_toml();
    EXPECT_THAT(toml, HasSubstr("# \"Visit \\\"x\\\"\" = \"General\"   # 3 rows"));
    EXPECT_THAT(toml, HasSubstr("\n\"phone CALL\" = \"Call\"   # 1 row"));
    EXPECT_THAT(toml, HasSubstr("formats = [\"%m/%d/%Y\"]   # fits 3 of the 3 dates"));
    EXPECT_TRUE(parse_mapping(toml, "m").has_value());
}

TEST(Draft, OfAnUnknownExportIsASkeletonOfComments) {
    const auto toml = draft("n.csv", {"A \"b\"", "C\nD"}).to_toml();
    EXPECT_THAT(toml, HasSubstr("#     \"A \\\"b\\\"\"\n#     \"C\\nD\"\n"));
    const auto rules = parse_mapping(toml, "m");
    ASSERT_TRUE(rules.has_value());
    EXPECT_EQ(*rules, mapping_rules{});
    EXPECT_THAT(draft("n.csv", {"ContactId", "type", "NOTE"}).to_toml(),
                HasSubstr("without a mapping file"));
}

TEST(GuessedDates, AreAsFewFormatsAsCoverTheValues) {
    EXPECT_THAT(guess_formats({}).formats, IsEmpty());
    EXPECT_THAT(guess_formats({"x"}).formats, IsEmpty());
    EXPECT_EQ(guess_formats({"2019-01-02", "2019-01-02 10:00", "x"}),
              (guessed_formats{{"iso"}, 2, "", false}));
    EXPECT_EQ(guess_formats({"10/24/2017", "01/02/2017", "1/2/2017 3:00 PM"}),
              (guessed_formats{{"%m/%d/%Y", "%m/%d/%Y %I:%M %p"}, 3, "%d/%m/%Y %I:%M %p", false}));
    EXPECT_EQ(guess_formats({"24/10/2017", "01/02/2017"}),
              (guessed_formats{{"%d/%m/%Y"}, 2, "", false}));
    EXPECT_EQ(guess_formats({"24.10.2017"}), (guessed_formats{{"%d.%m.%Y"}, 1, "", false}));
    EXPECT_TRUE(guess_formats({"10/24/17"}).needs_pivot);
}

TEST(GuessedDates, SayWhenDayAndMonthCannotBeTold) {
    const auto guess = guess_formats({"01/02/2017", "03/04/2017"});
    EXPECT_THAT(guess.formats, ElementsAre("%m/%d/%Y"));
    EXPECT_EQ(guess.as_well, "%d/%m/%Y");
}

TEST(GuessedDates, NeverTakeBothOrdersOfDayAndMonth) {
    const auto guess = guess_formats({"24/10/2017", "25/10/2017", "10/26/2017"});
    EXPECT_THAT(guess.formats, ElementsAre("%d/%m/%Y"));
    EXPECT_EQ(guess.covered, 2u);
}

} // namespace
} // namespace noteload::mapping
