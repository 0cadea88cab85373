#include "noteload/run/doubtful_rows.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "support/temp_folder.hpp"

namespace noteload::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string header = "contactId,type,note,noteDateTime,id\n";

/// A run that was killed: its rows stand under one mark, and the log tells of none but `told`.
class DoubtfulRows : public ::testing::Test {
protected:
    void input(const std::string& rows) {
        path_ = folder_.write("notes.csv", header + rows);
        run_.open_marks = {
            {.first = 1,
             .last = static_cast<std::uint64_t>(std::count(rows.begin(), rows.end(), '\n')),
             .file = 0,
             .byte = header.size(),
             .line = 2,
             .hash = ledger::mark_hash(rows)}};
    }
    void told(std::uint64_t row, outcome what) { run_.rows.set(row, what); }
    void earlier_run_has(std::string_view key, bool in_doubt = false) {
        known_.runs = {{"one", "/runs/one", false}};
        const auto hash = ledger::hash_of_key(key);
        in_doubt ? known_.table.add_in_doubt(hash, 1) : known_.table.add_imported(hash, 1);
    }
    static mapping::note_mapper mapper(std::optional<mapping::organization_facts> facts,
                                       const std::string& key) {
        return std::move(*mapping::note_mapper::by_field_name(std::move(facts), key));
    }
    /// What is done about each row: `ask`, or what it ends as and why.
    std::vector<std::string> read(const std::string& key = {}) {
        auto today = mapper(today_, key);
        std::vector<mapping::note_mapper> earlier;
        for (const auto& facts : earlier_) {
            earlier.push_back(mapper(facts, key));
        }
        auto offline = mapper(std::nullopt, key);
        key_check keys(std::move(known_), duplicate_policy::refuse);
        const auto inputs = check_inputs({path_}, {}, offline);
        EXPECT_TRUE(inputs);
        const auto batches = read_doubtful(run_, *inputs, {},
                                           {.mapper = today,
                                            .earlier = earlier,
                                            .offline = offline,
                                            .keys = key.empty() ? nullptr : &keys});
        EXPECT_TRUE(batches) << batches.error().message;
        std::vector<std::string> out;
        for (const auto& b : *batches) {
            for (const auto& row : b->rows) {
                asked_ += b->body(row);
                out.push_back(row.is_valid() ? "ask"
                                             : std::string(to_word(row.unsent)) + " " +
                                                   std::string(to_word(row.faults.back().why)));
            }
        }
        return out;
    }

    test::temp_folder folder_;
    std::string path_;
    ledger::recovered_run run_;
    ledger::known_keys known_;
    mapping::organization_facts today_{{"Call", "Email"}, "US/Arizona"};
    std::vector<mapping::organization_facts> earlier_;
    std::string asked_; // the bodies
};

TEST_F(DoubtfulRows, AreAskedForWhereTheyMayHaveBeenSent) {
    input("1,Call,a,,k1\nx,Call,b,,k2\n3,Call,c,,k3\n");
    told(3, outcome::created);
    EXPECT_THAT(read(), ElementsAre("ask", "invalid bad_contact_id"));
}

TEST_F(DoubtfulRows, ThatTheirKeysKeptFromBeingSentAreNotAskedFor) {
    earlier_run_has("k2");
    input("1,Call,a,,k1\n2,Call,b,,k2\n3,Call,c,,k1\n4,Call,d,,\n5,Call,e,,k5\n");
    EXPECT_THAT(read("id"), ElementsAre("ask", "skipped already_imported", "invalid duplicate_key",
                                        "invalid missing_key", "ask"));
}

TEST_F(DoubtfulRows, WhoseKeysAreInDoubtElsewhereWereNotSent) {
    earlier_run_has("k1", true);
    input("1,Call,a,,k1\n2,Call,b,,k2\n");
    EXPECT_THAT(read("id"), ElementsAre("invalid key_in_doubt", "ask"));
}

TEST_F(DoubtfulRows, ThatTheLogCallsSoWereSentWhateverTheirKeysSayToday) {
    earlier_run_has("k1");
    input("1,Call,a,,k1\n2,Call,b,,k1\n");
    told(1, outcome::in_doubt);
    EXPECT_THAT(read("id"), ElementsAre("ask", "invalid duplicate_key"));
}

TEST_F(DoubtfulRows, ThatCouldBeNoNoteForAnyProcessWereNotSent) {
    earlier_ = {today_};
    input("1,Call,a,,\n2,Nope,b,,\n3,Call,c,2017-10-04T10:00:00Z,\n");
    EXPECT_THAT(read(), ElementsAre("ask", "invalid unknown_type", "ask"));
    today_.time_zone = "Nowhere/Atall";
    earlier_ = {today_};
    EXPECT_THAT(read(), ElementsAre("ask", "invalid unknown_type", "invalid bad_date"));
}

TEST_F(DoubtfulRows, AreAskedForAsTheyWereSentWhateverChangedSince) {
    earlier_ = {{{"Call", "Letter"}, "US/Arizona"}};
    today_.time_zone = "America/New_York";
    input("1,Letter,a,,\n2,Call,b,2017-10-04T10:00:00Z,\n");
    EXPECT_THAT(read(), ElementsAre("ask", "ask"));
    EXPECT_THAT(asked_, HasSubstr("Letter"));
    EXPECT_THAT(asked_, HasSubstr("2017-10-04T03:00:00")) << "by the zone of then";
}

TEST_F(DoubtfulRows, ThatAreANoteOnlyTodayAreAskedForAndSent) {
    earlier_ = {{{"Call"}, "US/Arizona"}};
    input("1,Call,a,,\n2,Email,b,,\n");
    EXPECT_THAT(read(), ElementsAre("ask", "ask"));
}

TEST_F(DoubtfulRows, ThatTwoProcessesWouldHaveSentAsTwoNotesStayInDoubt) {
    earlier_ = {{{"Call"}, "US/Arizona"}, {{"Call", "Letter"}, "America/New_York"}};
    input("1,Call,a,2017-10-04T10:00:00Z,\n2,Call,b,,\n3,Letter,c,,\n4,Nope,d,,\n");
    EXPECT_THAT(read(),
                ElementsAre("in_doubt connection_lost", "ask", "ask", "invalid unknown_type"));
}

TEST_F(DoubtfulRows, StayInDoubtWhereNobodyKnowsWhatEarlierProcessesWereTold) {
    input("1,Letter,a,,\n2,Call,b,,\nx,Letter,c,,\n");
    EXPECT_THAT(read(), ElementsAre("in_doubt unknown_type", "ask", "invalid unknown_type"));
}

} // namespace
} // namespace noteload::run
