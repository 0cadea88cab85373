#include "noteload/run/key_check.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "noteload/ledger/log_format.hpp"
#include "noteload/run/logged_options.hpp"
#include "noteload/run/open_history.hpp"
#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class KeyCheck : public ::testing::Test {
protected:
    void earlier(std::string_view key, bool in_doubt = false, std::string folder = "/runs/one") {
        known_.runs = {{"one", std::move(folder), false}};
        const auto hash = ledger::hash_of_key(key);
        in_doubt ? known_.table.add_in_doubt(hash, 1) : known_.table.add_imported(hash, 1);
    }
    key_check& check(duplicate_policy p = duplicate_policy::refuse) {
        if (!check_) {
            check_.emplace(std::move(known_), p);
        }
        return *check_;
    }
    /// The next row: `sent`, or what it ends as and why.
    std::vector<std::string> row(std::string_view key, std::vector<fault> faults = {}) {
        return row(++rows_, key, std::move(faults));
    }
    std::vector<std::string> row(std::uint64_t number, std::string_view key,
                                 std::vector<fault> faults = {}) {
        const cell cells[1] = {};
        const record r{.at = {.file = 0, .row = number, .line = 0, .byte = 0, .size = 0},
                       .bytes = {},
                       .cells = cells,
                       .faults = {}};
        return judged(r, key, std::move(faults));
    }
    std::vector<std::string> judged(const record& r, std::string_view key,
                                    std::vector<fault> faults) {
        mapping::mapped_note note;
        note.key = key;
        note.faults = std::move(faults);
        const auto what = check().judge(r, note);
        if (note.faults.empty()) {
            return {"sent"};
        }
        std::vector<std::string> out{std::string(to_word(what))};
        for (const auto& f : note.faults) {
            out.emplace_back(to_word(f.why));
        }
        detail_ = note.faults.back().detail;
        return out;
    }

    ledger::known_keys known_;
    std::optional<key_check> check_;
    std::uint64_t rows_ = 0;
    std::string detail_;
};

TEST_F(KeyCheck, LetsNewKeysPass) {
    EXPECT_THAT(row("a"), ElementsAre("sent"));
    EXPECT_THAT(row("b"), ElementsAre("sent"));
    EXPECT_THAT(row("c", {{reason::bad_date, ""}}), ElementsAre("invalid", "bad_date"));
}

TEST_F(KeyCheck, RefusesTheSecondRowWithAKeyAndNamesTheFirst) {
    row("a");
    row("b");
    EXPECT_THAT(row("a"), ElementsAre("invalid", "duplicate_key"));
    EXPECT_THAT(detail_, HasSubstr("row 1 has the same key"));
    EXPECT_THAT(row("a"), ElementsAre("invalid", "duplicate_key"));
    EXPECT_THAT(detail_, HasSubstr("row 1 "));
    // A row that is wrong has its key all the same: which of the two was meant is not ours to say.
    row("c", {{reason::bad_date, ""}});
    EXPECT_THAT(row("c", {{reason::missing_note, ""}}),
                ElementsAre("invalid", "missing_note", "duplicate_key"));
}

TEST_F(KeyCheck, AllowsDuplicatesWhereTheyAreAllowed) {
    earlier("old");
    check(duplicate_policy::allow);
    row("a");
    EXPECT_THAT(row("a"), ElementsAre("sent"));
    EXPECT_THAT(row("old"), ElementsAre("skipped", "already_imported"));
    EXPECT_THAT(row("old"), ElementsAre("skipped", "already_imported"));
}

TEST_F(KeyCheck, SkipsAnImportedKeyWhateverElseIsWrong) {
    earlier("old");
    EXPECT_THAT(row("old", {{reason::bad_date, ""}, {reason::missing_note, ""}}),
                ElementsAre("skipped", "already_imported"));
    EXPECT_THAT(detail_, HasSubstr("the run one"));
    EXPECT_THAT(row("old"), ElementsAre("invalid", "duplicate_key"))
        << "what this row says was never imported";
}

TEST_F(KeyCheck, SendsNothingForAKeyInDoubt) {
    earlier("old", true);
    EXPECT_THAT(row("old"), ElementsAre("invalid", "key_in_doubt"));
    EXPECT_THAT(detail_, HasSubstr("noteload resume /runs/one"));
}

TEST_F(KeyCheck, SaysWhatAPersonHasToDoAboutAnUndoneRun) {
    earlier("old", true);
    known_.runs[0].undone = true;
    EXPECT_THAT(row("old"), ElementsAre("invalid", "key_in_doubt"));
    EXPECT_THAT(detail_, HasSubstr("noteload undo /runs/one --looked-up"));
}

TEST_F(KeyCheck, SaysThatTheFolderOfADoubtIsGone) {
    earlier("old", true, "");
    EXPECT_THAT(row("old", {{reason::bad_date, ""}}),
                ElementsAre("invalid", "bad_date", "key_in_doubt"));
    EXPECT_THAT(detail_, HasSubstr("is gone"));
}

TEST_F(KeyCheck, NeedsAKey) {
    EXPECT_THAT(row(""), ElementsAre("invalid", "missing_key"));
    EXPECT_THAT(row(""), ElementsAre("invalid", "missing_key"));
    EXPECT_THAT(judged(record{}, "", {{reason::bad_utf8, ""}}), ElementsAre("invalid", "bad_utf8"))
        << "a record that could not be read";
}

TEST_F(KeyCheck, KnowsTheRowsOfAnEarlierProcess) {
    check().saw("a", 1);
    check().saw("", 2);
    check().saw("c", 9);
    EXPECT_THAT(row(1, "a"), ElementsAre("sent")) << "the row itself, read again";
    EXPECT_THAT(row(2, "b"), ElementsAre("sent"));
    EXPECT_THAT(row(3, "a"), ElementsAre("invalid", "duplicate_key"));
    EXPECT_THAT(row(4, "c"), ElementsAre("sent")) << "row 9 is the duplicate, and has its outcome";
    EXPECT_THAT(row(10, "c"), ElementsAre("invalid", "duplicate_key"));
    EXPECT_THAT(detail_, HasSubstr("row 4 "));
}

TEST_F(KeyCheck, TakesTheKeysOfALog) {
    const test::temp_folder folder;
    ledger::log_header header;
    header.inputs = {{"/a", 1, ""}};
    header.base_url = "https://a";
    std::string log;
    ledger::append_line(log, header);
    settled_row r;
    r.at.row = 5;
    r.key = "a\"b";
    r.what = outcome::created;
    r.note_id = 1;
    ledger::append_line(log, r);
    const auto path = folder.write("log.jsonl", log);
    const auto run = ledger::recover(path);
    ASSERT_TRUE(run);
    ASSERT_TRUE(check().saw_all(path, *run));
    EXPECT_THAT(row(6, "a\"b"), ElementsAre("invalid", "duplicate_key"));
    EXPECT_THAT(detail_, HasSubstr("row 5 "));
}

TEST(OpenHistory, AnnouncesTheRunAndLeavesItsOwnKeysOut) {
    const test::temp_folder folder;
    import_options o;
    o.key = "id";
    o.history = folder.path();
    ledger::log_header header;
    header.run = "one";
    header.inputs = {{"/a", 1, ""}};
    header.base_url = "https://a";
    header.organization = "Org";
    header.options = logged_options(o);
    const auto runs_folder = folder / "one";
    {
        const auto opened = open_history(o, header, runs_folder);
        ASSERT_TRUE(opened) << opened.error().message;
    }
    EXPECT_TRUE(open_history(o, header, runs_folder)) << "the run itself, which goes on";
    auto other = header;
    other.run = "two";
    const auto refused = open_history(o, other, folder / "two");
    ASSERT_FALSE(refused) << "the first has no end, and no folder";
    EXPECT_EQ(refused.error().code, errc::run_folder);
}

TEST(DuplicatePolicy, HasItsWords) {
    for (const auto p : {duplicate_policy::refuse, duplicate_policy::allow}) {
        EXPECT_EQ(duplicate_policy_from_word(to_word(p)), p);
    }
    EXPECT_EQ(duplicate_policy_from_word("forbid"), std::nullopt);
}

TEST(LoggedOptions, HoldTheKeyAndItsHistory) {
    import_options o;
    EXPECT_FALSE(logged_options(o).contains("history"));
    o.key = "id";
    o.history = "/runs";
    o.duplicate_keys = duplicate_policy::allow;
    import_options again;
    take_logged_options(logged_options(o), again);
    EXPECT_EQ(again.key, "id");
    EXPECT_EQ(again.history, "/runs");
    EXPECT_EQ(again.duplicate_keys, duplicate_policy::allow);
}

} // namespace
} // namespace noteload::run
