#include "noteload/mapping/header_check.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "noteload/mapping/note_mapper.hpp"

namespace noteload::mapping {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using names = std::vector<std::string>;

/// The message on a header; empty where it will do.
std::string complaint(const names& header, const std::string& key = {}) {
    const auto mapper = *note_mapper::by_field_name(std::nullopt, key);
    const auto failed = mapper.check_header(header, "notes.csv");
    if (!failed) {
        return {};
    }
    EXPECT_EQ(failed->code, errc::input);
    EXPECT_THAT(failed->message, ::testing::StartsWith("notes.csv: the header "));
    return failed->message;
}

TEST(HeaderCheck, AcceptsTheNeededColumnsInAnyCaseAndOrder) {
    EXPECT_EQ(complaint({"contactId", "type", "note"}), "");
    EXPECT_EQ(complaint({"Whatever", " NOTE ", "Type", "", "CONTACTID", "timespent", ""}), "");
    EXPECT_EQ(complaint({"contactId", "type", "note", "old id"}, "Old ID"), "");
}

TEST(HeaderCheck, SaysWhatIsMissingAndWhatIsThere) {
    EXPECT_EQ(complaint({"contactId", "Kind", "note"}),
              "notes.csv: the header lacks the column type. It has \"contactId\", \"Kind\" and "
              "\"note\". Rename the columns, or say by a mapping file which are which: noteload "
              "mapping notes.csv --output mapping.toml begins one, and --mapping mapping.toml "
              "reads by it.");
    EXPECT_THAT(complaint({"{\"contactId\":17"}), Not(HasSubstr("mapping")));
    EXPECT_THAT(complaint({"a", "b"}),
                HasSubstr("lacks the columns contactId, type and note. It has \"a\" and \"b\"."));
    EXPECT_THAT(complaint({}), HasSubstr("It has no columns."));
}

TEST(HeaderCheck, NeedsTheKeyColumn) {
    EXPECT_THAT(complaint({"contactId", "type", "note"}, "Old ID"),
                HasSubstr("lacks the column Old ID."));
    EXPECT_THAT(complaint({"contactId", "type", "note"}, "timeSpent"),
                HasSubstr("lacks the column timeSpent."));
}

TEST(HeaderCheck, RefusesAColumnThatStandsThereTwice) {
    EXPECT_THAT(complaint({"contactId", "type", "note", "Note"}),
                HasSubstr("the column note more than once"));
    EXPECT_THAT(complaint({"contactId", "type", "note", "private", "PRIVATE"}),
                HasSubstr("the column private more than once"));
    EXPECT_EQ(complaint({"contactId", "type", "note", "extra", "extra", "", ""}), "");
}

TEST(HeaderCheck, RecognisesOtherSeparators) {
    EXPECT_THAT(complaint({"contactId;type;note"}), HasSubstr("separated by semicolons: save"));
    EXPECT_THAT(complaint({"contactId\ttype\tnote"}), HasSubstr("separated by tabs: save"));
    EXPECT_THAT(complaint({"contactId|type|note"}), HasSubstr("separated by vertical bars: save"));
    EXPECT_THAT(complaint({"notes"}), Not(HasSubstr("separated")));
}

TEST(HeaderCheck, RecognisesNamesThatAreNearlyRight) {
    const auto message = complaint({"Contact ID", "type", "note_"});
    EXPECT_THAT(message, HasSubstr("\"Contact ID\" looks like contactId: rename it."));
    EXPECT_THAT(message, HasSubstr("\"note_\" looks like note: rename it."));
}

TEST(HeaderCheck, RecognisesAFileWithoutAHeader) {
    EXPECT_THAT(complaint({"17", "Call", "Spoke with Ana"}),
                HasSubstr("The first line seems to be a note already"));
    EXPECT_THAT(complaint({"{\"contactId\":17", "\"type\":\"Call\"}"}), HasSubstr("JSONL"));
}

TEST(HeaderCheck, QuotesTheFileShortlyAndPrintably) {
    const names header(3000, std::string(3000, 'x') + '\x1B');
    const auto message = complaint(header);
    EXPECT_THAT(message, HasSubstr(" and 2980 more."));
    EXPECT_LT(message.size(), 1500u);
    EXPECT_THAT(complaint({"\x1B[2J"}), Not(HasSubstr("\x1B")));
}

TEST(UnusedColumns, AreThoseThatNoFieldTakes) {
    const auto mapper = *note_mapper::by_field_name(std::nullopt, "Old ID");
    EXPECT_THAT(mapper.unused(names{"ContactID", "Fund", "note", " Gift Officer ", "", "old id",
                                    "type", "Fund"}),
                ElementsAre("Fund", "Gift Officer", "Fund"));
    EXPECT_THAT(mapper.unused(names{"contactId", "type", "note"}), IsEmpty());
}

} // namespace
} // namespace noteload::mapping
