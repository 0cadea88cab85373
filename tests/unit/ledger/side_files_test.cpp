#include "noteload/ledger/side_files.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <string>

#include "support/memory_disk.hpp"

namespace noteload::ledger {
namespace {

using ::testing::ElementsAre;

class SideFiles : public ::testing::Test {
protected:
    void add_inputs() {
        files_.add_input({"csv", "contactId,type,note"});
        files_.add_input({"jsonl", ""});
        files_.add_input({"csv", "\xEF\xBB\xBFNote;contactId"});
    }
    void add(outcome what, std::uint32_t file, std::string_view record, fault why = {},
             std::string_view response = "") {
        settled_row row;
        row.at = {.file = file, .row = ++row_, .line = row_ + 1, .byte = 0, .size = record.size()};
        row.what = what;
        row.status = response.empty() ? 0 : 422;
        if (!why.detail.empty()) {
            row.faults.push_back(why);
        }
        files_.add(row, record, response);
    }
    [[nodiscard]] std::string bytes(const std::string& name) const {
        return disk_.written("/run/" + name);
    }

    test::memory_disk disk_;
    side_files files_{disk_, "/run", false};
    std::uint64_t row_ = 0;
};

TEST_F(SideFiles, AppearWithTheirFirstRow) {
    add_inputs();
    add(outcome::created, 0, "");
    add(outcome::not_attempted, 0, "");
    add(outcome::skipped, 0, "");
    ASSERT_TRUE(files_.flush());
    EXPECT_THAT(disk_.names(), ElementsAre());
    add(outcome::refused, 0, "1,Call,x", {reason::not_found, "gone"});
    ASSERT_TRUE(files_.flush());
    EXPECT_THAT(disk_.names(), ElementsAre("/run/problems.csv", "/run/refused.csv"));
}

TEST_F(SideFiles, HoldTheOriginalBytesUnderTheOriginalHeader) {
    add_inputs();
    add(outcome::invalid, 0, "x,Call,\"two\r\nlines \"\"q\"\"\"", {reason::bad_contact_id, "d"});
    ASSERT_TRUE(files_.flush());
    add(outcome::invalid, 0, "bad \xFF bytes", {reason::bad_utf8, "d"});
    ASSERT_TRUE(files_.flush());
    EXPECT_EQ(bytes("invalid.csv"),
              "contactId,type,note\nx,Call,\"two\r\nlines \"\"q\"\"\"\nbad \xFF bytes\n");
}

TEST_F(SideFiles, EndTheirLinesInTheInputsEncoding) {
    using namespace std::string_view_literals;
    files_.add_input({"csv", std::string("i\0d\0"sv), std::string("\n\0"sv)});
    add(outcome::invalid, 0, "x\0"sv, {reason::bad_contact_id, "d"});
    ASSERT_TRUE(files_.flush());
    EXPECT_EQ(bytes("invalid.csv"), "i\0d\0\n\0x\0\n\0"sv);
}

TEST_F(SideFiles, HoldNoLineForARecordOfNoBytes) {
    add_inputs();
    add(outcome::invalid, 0, "", {reason::truncated, "cut off"});
    ASSERT_TRUE(files_.flush());
    EXPECT_THAT(disk_.names(), ElementsAre("/run/problems.csv"));
    EXPECT_THAT(bytes("problems.csv"), ::testing::HasSubstr("1,2,invalid,truncated,cut off"));
    EXPECT_THAT(files_.rejects(), ElementsAre());
}

TEST_F(SideFiles, AreApartForEachInputAndOutcome) {
    add_inputs();
    add(outcome::invalid, 0, "a", {reason::bad_date, "d"});
    add(outcome::invalid, 1, "{}", {reason::bad_date, "d"});
    add(outcome::in_doubt, 1, "{\"a\":1}", {reason::timeout, "d"});
    add(outcome::refused, 2, "c", {reason::conflict, "d"});
    ASSERT_TRUE(files_.flush());
    EXPECT_EQ(bytes("invalid.csv"), "contactId,type,note\na\n");
    EXPECT_EQ(bytes("invalid-2.jsonl"), "{}\n");
    EXPECT_EQ(bytes("in_doubt-2.jsonl"), "{\"a\":1}\n");
    EXPECT_EQ(bytes("refused-3.csv"), "\xEF\xBB\xBFNote;contactId\nc\n");
}

TEST_F(SideFiles, ListTheProblemsOneLineARow) {
    add_inputs();
    add(outcome::created, 0, "");
    add(outcome::invalid, 0, "a", {reason::bad_date, "say \"when\", please"});
    add(outcome::in_doubt, 0, "b", {reason::timeout, "no answer"});
    ASSERT_TRUE(files_.flush());
    EXPECT_EQ(bytes("problems.csv"),
              "row,line,outcome,reason,detail\n"
              "2,3,invalid,bad_date,\"say \"\"when\"\", please\"\n"
              "3,4,in_doubt,timeout,no answer\n");
}

TEST_F(SideFiles, KeepResponsesOnlyWhenAsked) {
    add_inputs();
    add(outcome::refused, 0, "a", {reason::not_found, "d"}, "{\"message\":\"no\"}");
    ASSERT_TRUE(files_.flush());
    EXPECT_EQ(bytes("responses.jsonl"), "");
    files_ = side_files(disk_, "/with", true);
    add_inputs();
    add(outcome::refused, 0, "a", {reason::not_found, "d"}, "{\"message\":\"n\xC3\xB6\"}\r\n");
    add(outcome::invalid, 0, "b", {reason::bad_date, "d"});
    ASSERT_TRUE(files_.flush());
    EXPECT_EQ(
        disk_.written("/with/responses.jsonl"),
        "{\"row\":2,\"status\":422,\"body\":\"{\\\"message\\\":\\\"n\xC3\xB6\\\"}\\r\\n\"}\n");
}

TEST_F(SideFiles, KeepResponsesAsJsonWhateverTheServerSent) {
    files_ = side_files(disk_, "/run", true);
    add_inputs();
    add(outcome::refused, 0, "a", {reason::not_found, "d"}, "caf\xE9 \xC3");
    ASSERT_TRUE(files_.flush());
    boost::system::error_code error;
    boost::json::parse(bytes("responses.jsonl"), error);
    EXPECT_FALSE(error) << bytes("responses.jsonl");
}

TEST_F(SideFiles, RemoveWhatAnEarlierCheckLeft) {
    for (const auto* name : {"invalid.csv", "refused-3.csv", "in_doubt-2.jsonl", "problems.csv",
                             "responses.jsonl", "mapping.toml"}) {
        (void)disk_.file(std::string("/run/") + name);
    }
    add_inputs();
    files_.clear_old();
    EXPECT_THAT(disk_.names(), ElementsAre("/run/mapping.toml"));
}

TEST_F(SideFiles, FailAsTheDiskDoes) {
    add_inputs();
    add(outcome::invalid, 0, "a", {reason::bad_date, "d"});
    disk_.fail_from_now_on();
    const auto done = files_.flush();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, errc::disk);
}

TEST_F(SideFiles, SyncEveryFileThatIsThere) {
    add_inputs();
    EXPECT_TRUE(files_.sync());
    add(outcome::invalid, 0, "a", {reason::bad_date, "d"});
    ASSERT_TRUE(files_.flush());
    EXPECT_EQ(disk_.synced("/run/invalid.csv"), "");
    ASSERT_TRUE(files_.sync());
    EXPECT_EQ(disk_.synced("/run/invalid.csv"), bytes("invalid.csv"));
    EXPECT_EQ(disk_.synced("/run/problems.csv"), bytes("problems.csv"));
    disk_.fail_from_now_on();
    EXPECT_FALSE(files_.sync());
}

TEST(RejectName, IsOfOutcomeAndInput) {
    EXPECT_EQ(reject_name(outcome::invalid, 0, "csv"), "invalid.csv");
    EXPECT_EQ(reject_name(outcome::refused, 1, "jsonl"), "refused-2.jsonl");
    EXPECT_EQ(reject_name(outcome::in_doubt, 11, "csv"), "in_doubt-12.csv");
    for (const auto o :
         {outcome::created, outcome::already_there, outcome::skipped, outcome::not_attempted}) {
        EXPECT_EQ(reject_name(o, 0, "csv"), "") << o;
    }
}

TEST(CsvCell, IsQuotedWhereItHasToBe) {
    struct {
        const char* text;
        const char* expected;
    } const table[] = {
        {"", ""},
        {"plain text", "plain text"},
        {"a,b", "\"a,b\""},
        {"\"", "\"\"\"\""},
        {"a\nb", "\"a\nb\""},
        {"\r", "\"\r\""},
        {";'", ";'"},
        {"say \"x\"", "\"say \"\"x\"\"\""},
    };
    for (const auto& row : table) {
        std::string out;
        append_csv_cell(out, row.text);
        EXPECT_EQ(out, row.expected);
    }
}

} // namespace
} // namespace noteload::ledger
