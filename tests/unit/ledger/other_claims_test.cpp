#include "noteload/ledger/other_claims.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "noteload/ledger/run_folder.hpp"
#include "support/temp_folder.hpp"

namespace noteload::ledger {
namespace {

using std::chrono::system_clock;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Runs beside one another; one of them asks what the others have claimed.
class OtherClaims : public ::testing::Test {
protected:
    static log_header run_at(const std::string& base_url, const std::string& organization) {
        return {.run = "run",
                .program = "noteload 0",
                .inputs = {{"/notes.csv", 1, "xxh3:0000000000000002"}},
                .mapping_hash = "xxh3:0000000000000001",
                .organization = organization,
                .base_url = base_url,
                .options = {},
                .started = system_clock::now(),
                .server_started = system_clock::now()};
    }
    void another_run(const std::string& name, const log_header& header, std::int64_t note_id) {
        std::string text;
        append_line(text, header);
        settled_row row;
        row.at.row = 1;
        row.what = outcome::created;
        row.note_id = note_id;
        append_line(text, row);
        std::filesystem::create_directory(folder_ / name);
        folder_.write(name + "/log.jsonl", text);
    }
    std::vector<std::int64_t> claimed(const std::vector<std::int64_t>& ids,
                                      system_clock::duration ago = std::chrono::minutes(2)) {
        other_claims others(folder_.path(), folder_ / "own", own_, system_clock::now() - ago);
        return others.among(ids);
    }

    test::temp_folder folder_;
    const log_header own_ = run_at("https://a.example", "Good Works");
};

TEST_F(OtherClaims, NamesNotesThatAnotherRunClaims) {
    another_run("other", own_, 7);
    EXPECT_THAT(claimed({6, 7, 8}), ElementsAre(7));
}

TEST_F(OtherClaims, ReadsOnWhereItHadStopped) {
    another_run("other", own_, 7);
    other_claims others(folder_.path(), folder_ / "own", own_, system_clock::now());
    EXPECT_THAT(others.among({6, 7, 8, 9}), ElementsAre(7));
    settled_row row;
    row.at.row = 2;
    row.note_id = 6;
    std::string text;
    append_line(text, row);
    std::ofstream(folder_ / "other/log.jsonl", std::ios::app) << text << text.substr(0, 30);
    EXPECT_THAT(others.among({6, 7, 8, 9}), ElementsAre(6, 7));
    row.note_id = 9;
    std::string whole;
    append_line(whole, row);
    std::ofstream(folder_ / "other/log.jsonl", std::ios::app) << whole.substr(30);
    another_run("younger", own_, 8);
    EXPECT_THAT(others.among({6, 7, 8, 9}), ElementsAre(6, 7, 8, 9));
}

TEST_F(OtherClaims, LeavesOutTheRunItself) {
    another_run("own", own_, 7);
    EXPECT_THAT(claimed({7}), IsEmpty());
}

TEST_F(OtherClaims, KnowsThatNoteIdsOfAnotherServerOrOrganisationAreOtherNotes) {
    another_run("rehearsal", run_at("https://localhost:8443", "Good Works"), 7);
    another_run("neighbour", run_at("https://a.example", "Other"), 8);
    EXPECT_THAT(claimed({7, 8}), IsEmpty());
}

TEST_F(OtherClaims, AreUnsureWhileAnotherRunOfTheServerIsUnderWay) {
    another_run("other", own_, 7);
    another_run("neighbour", run_at("https://a.example", "Other"), 8);
    const other_claims others(folder_.path(), folder_ / "own", own_, system_clock::now());
    EXPECT_EQ(others.unsure_for(), std::chrono::milliseconds(0));
    const auto neighbour = run_folder::take(real_disk(), folder_ / "neighbour");
    ASSERT_TRUE(neighbour);
    EXPECT_EQ(others.unsure_for(), std::chrono::milliseconds(0));
    {
        const auto other = run_folder::take(real_disk(), folder_ / "other");
        ASSERT_TRUE(other);
        EXPECT_EQ(others.unsure_for(), std::chrono::seconds(35));
    }
    EXPECT_EQ(others.unsure_for(), std::chrono::milliseconds(0));
}

TEST_F(OtherClaims, PassesOverOldLogsAndWhatIsNone) {
    another_run("old", own_, 7);
    std::filesystem::create_directory(folder_ / "empty");
    std::filesystem::create_directory(folder_ / "garbled");
    folder_.write("garbled/log.jsonl", "not a log\n{\"row\":1}\n");
    EXPECT_THAT(claimed({7}, -std::chrono::hours(1)), IsEmpty());
}

} // namespace
} // namespace noteload::ledger
