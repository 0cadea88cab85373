// Over real files: mapping files and contacts files.

#include "noteload/run/load_mapping.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "noteload/mapping/mapping_file.hpp"
#include "noteload/run/check.hpp"
#include "noteload/run/contacts_file.hpp"
#include "noteload/run/draft_mapping.hpp"
#include "noteload/run/look_up_contacts.hpp"
#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::run {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Contacts : public ::testing::Test {
protected:
    result<contacts_file> read(std::string_view name, std::string_view content) {
        return read_contacts(folder_.write(name, content), "Old ID");
    }
    std::string refused(std::string_view name, std::string_view content) {
        const auto got = read(name, content);
        EXPECT_TRUE(got.has_error()) << content;
        return got ? "" : got.error().message;
    }
    test::temp_folder folder_;
};

TEST_F(Contacts, AreReadByTheColumnsOfTheNotes) {
    const auto got = read("c.csv", "Name,old id,CONTACTID\nAna,A1,17\nBob, 0012 ,18\nGone,A3,\n");
    ASSERT_TRUE(got.has_value()) << got.error().message;
    EXPECT_EQ(got->book->size(), 2u);
    EXPECT_EQ(got->book->find("A1"), 17);
    EXPECT_EQ(got->book->find("0012"), 18);
    EXPECT_EQ(got->book->find("A3"), std::nullopt);
}

TEST_F(Contacts, TakeTheOtherOneOfTwoColumns) {
    EXPECT_EQ(read("c.csv", "contactId,legacy\n17,A1\n").value().book->find("A1"), 17);
    EXPECT_EQ(read("c.csv", "legacy,contactId\nA1,17\nA1,17\n").value().book->find("A1"), 17);
}

TEST_F(Contacts, MayBeJsonl) {
    EXPECT_EQ(read("c.jsonl", "{\"Old ID\":12,\"contactId\":17}\n").value().book->find("12"), 17);
}

TEST_F(Contacts, AreRefusedAtTheFirstRowThatIsWrong) {
    struct {
        std::string_view content;
        std::string_view says;
    } const table[] = {
        {"a,b\n1,2\n", "needs a column contactId"},
        {"contactId,a,b\n1,2,3\n", "needs a column \"Old ID\""},
        {"Old ID,contactId\nA1,17\nA1,18\n", "c.csv:3: the former id \"A1\" was given another"},
        {"Old ID,contactId\nA1,x\n", "c.csv:2: \"x\""},
        {"Old ID,contactId\nA1,007\n", "leading zeros"},
        {"Old ID,contactId\n,7\n", "the former id is missing"},
        {"Old ID,contactId\n1.23E+05,7\n", "shortened by a spreadsheet"},
        {"Old ID,contactId\n\"=\"\"1\"\"\",7\n", "a spreadsheet's formula"},
        {"Old ID,contactId\nA1,7,8\n", "c.csv:2: 3 columns"},
        {"Old ID,contactId\n", "has no contact"},
        {"Old ID,contactId\nA1,\n", "has no contact"},
    };
    for (const auto& row : table) {
        EXPECT_THAT(refused("c.csv", row.content), HasSubstr(std::string(row.says)));
    }
    EXPECT_THAT(read_contacts(folder_ / "none.csv", "x").error().message,
                HasSubstr("no such file"));
}

TEST_F(Contacts, HaveAHashOfWhatTheySay) {
    const auto hash = read("c.csv", "Old ID,contactId\nA1,17\n").value().hash;
    EXPECT_EQ(read("d.csv", "Old ID,contactId\nA1,17\n").value().hash, hash);
    EXPECT_NE(read("c.csv", "Old ID,contactId\nA1,18\n").value().hash, hash);
    EXPECT_NE(read("c.csv", "Old ID,contactId\nA1,17\nA2,1\n").value().hash, hash);
}

class LoadMapping : public ::testing::Test {
protected:
    std::string refused(std::string_view toml) {
        const auto got = load_mapping(folder_.write("m.toml", toml));
        EXPECT_TRUE(got.has_error());
        return got ? "" : got.error().message;
    }
    test::temp_folder folder_;
};

TEST_F(LoadMapping, WithoutAFileIsByFieldName) {
    const auto m = load_mapping("").value();
    EXPECT_TRUE(mapping::is_by_field_name(m.rules));
    EXPECT_EQ(m.contacts, nullptr);
    EXPECT_EQ(make_mapper(m, std::nullopt).value().columns().size(), 7u);
}

TEST_F(LoadMapping, FindsTheContactsFileBesideIt) {
    folder_.write("c.csv", "Old,contactId\nA1,17\n");
    const auto m =
        load_mapping(folder_.write("m.toml", "[contactId]\ncolumn = \"Old\"\nby = \"file:c.csv\""))
            .value();
    EXPECT_EQ(m.contacts->find("A1"), 17);
    EXPECT_EQ(m.rules.contact.source, folder_ / "c.csv");
    EXPECT_FALSE(m.rules.contact.hash.empty());
}

TEST_F(LoadMapping, LoadsAgainFromWhatItResolved) {
    folder_.write("c.csv", "Old,contactId\nA1,17\n");
    const auto first =
        load_mapping(folder_.write("m.toml", "[contactId]\ncolumn = \"Old\"\nby = \"file:c.csv\""))
            .value();
    const auto resolved = make_mapper(first, std::nullopt).value().to_toml();
    test::temp_folder elsewhere;
    const auto path = elsewhere.write("mapping.toml", resolved);
    const auto second = load_mapping(path).value();
    EXPECT_EQ(second.rules, first.rules);
    EXPECT_EQ(make_mapper(second, std::nullopt).value().to_toml(), resolved);
    folder_.write("c.csv", "Old,contactId\nA1,18\n");
    const auto third = load_mapping(path);
    ASSERT_TRUE(third.has_error());
    EXPECT_EQ(third.error().code, errc::changed);
}

TEST_F(LoadMapping, SaysWhatIsWrong) {
    EXPECT_THAT(refused("kye = \"x\""), AllOf(HasSubstr("m.toml:1: "), HasSubstr("\"key\"")));
    EXPECT_THAT(refused("[contactId]\ncolumn = \"Old\"\nby = \"file:none.csv\""),
                HasSubstr("none.csv: there is no such file"));
    EXPECT_THAT(load_mapping(folder_ / "none.toml").error().message, HasSubstr("No such file"));
    EXPECT_THAT(load_mapping(folder_.path()).error().message, HasSubstr("is a directory"));
}

TEST_F(LoadMapping, RefusesPipesWhereContactsHaveToBeLookedUp) {
    std::vector<checked_input> inputs(1);
    inputs[0].what.bytes = 10;
    loaded_mapping m;
    EXPECT_FALSE(needs_lookups(m));
    m.rules.contact.by = mapping::contact_by::reference;
    m.rules.contact.source = "LGL";
    EXPECT_TRUE(needs_lookups(m));
    EXPECT_FALSE(complain_of_lookups(m, inputs));
    inputs[0].what.bytes.reset();
    EXPECT_THAT(complain_of_lookups(m, inputs)->message,
                AllOf(HasSubstr("reference:LGL"), HasSubstr("as a file")));
    m.contacts = std::make_shared<mapping::contact_book>();
    EXPECT_FALSE(complain_of_lookups(m, inputs));
}

TEST_F(LoadMapping, TakesWhatARunHasLookedUpFromItsFolder) {
    const std::string toml = "[contactId]\ncolumn = \"Old\"\nby = \"email\"";
    folder_.write(lookups_file,
                  "{\"value\":\"a@b\",\"contactId\":7}\n"
                  "{\"value\":\"c@d\",\"contactId\":null}\n");
    const auto path = folder_.write("mapping.toml", toml);
    EXPECT_EQ(load_mapping(path).value().contacts, nullptr) << "no run's folder";
    folder_.write("log.jsonl", "");
    const auto m = load_mapping(path).value();
    ASSERT_NE(m.contacts, nullptr);
    EXPECT_EQ(m.contacts->find("a@b"), 7);
    EXPECT_EQ(m.contacts->find("c@d"), std::nullopt);
    folder_.write(lookups_file, "{\"value\":\"c@d\",\"contactId\":null}\n");
    EXPECT_NE(load_mapping(path).value().contacts, nullptr) << "asked, though none was known";
}

TEST_F(LoadMapping, IsWhatACheckFollows) {
    const auto notes =
        folder_.write("n.csv", "Who,Text,When\n17,Hi,13/04/2017\n17,Ho,04/13/2017\n");
    check_options o;
    o.paths = {notes};
    o.base_url = "https://example.org";
    o.mapping = folder_.write("m.toml",
                              "[contactId]\ncolumn = \"Who\"\n[type]\notherwise = \"Call\"\n"
                              "[note]\ncolumn = \"Text\"\n[noteDateTime]\ncolumn = \"When\"\n"
                              "formats = [\"%m/%d/%Y\"]");
    const auto found = run_check(o, {.rows = [](std::uint64_t) {}, .looking_up = {}});
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_EQ(found->to_send, 1u);
    ASSERT_EQ(found->noticed.size(), 1u);
    EXPECT_EQ(found->noticed[0].word, "day_month_exchanged");
    EXPECT_EQ(found->noticed[0].first[0].line, 2u);
}

TEST_F(LoadMapping, CanBeDraftedFromCsvAndJsonl) {
    const auto csv = folder_.write("n.csv", "LGL Constituent ID,Note Text,Note Type\n1,x,Visit\n");
    const auto from_csv = draft_mapping(csv, {}).value();
    EXPECT_EQ(from_csv.system, "Little Green Light");
    EXPECT_THAT(from_csv.toml, HasSubstr("# \"Visit\" = "));
    const auto jsonl =
        folder_.write("n.jsonl", "{\"Note body\":\"x\",\"hs_timestamp\":1,\"Email\":\"a@b\"}\n");
    EXPECT_EQ(draft_mapping(jsonl, {}).value().system, "HubSpot");
    EXPECT_EQ(draft_mapping(folder_.write("e.csv", "a,b\n"), {}).value().system, "");
    EXPECT_TRUE(draft_mapping(folder_ / "none.csv", {}).has_error());
}

} // namespace
} // namespace noteload::run
