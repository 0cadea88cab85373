// What a person reads: progress_line, closing_words, check_words, problem_words.

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <string>
#include <vector>

#include "noteload/cli/closing.hpp"
#include "noteload/cli/console.hpp"
#include "noteload/cli/problem_words.hpp"

namespace noteload::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

settled_row row(std::uint64_t n, outcome what, std::vector<fault> faults = {}) {
    settled_row r;
    r.at = {.file = 0, .row = n, .line = n + 1, .byte = 0, .size = 0};
    r.what = what;
    r.faults = std::move(faults);
    return r;
}

run::import_progress progress(std::uint64_t created, std::uint64_t done) {
    run::import_progress p;
    p.rows[outcome::created] = created;
    p.bytes_done = done;
    p.bytes = 1000;
    p.in_flight = 8;
    p.elapsed = 10s;
    return p;
}

TEST(ProgressLine, TellsWhatAPersonWantsToKnow) {
    auto p = progress(12'300, 420);
    p.rows[outcome::invalid] = 45;
    const auto line = progress_line(p);
    EXPECT_THAT(
        line, Eq(" 42%  12,345 rows  1234/s  13 s left  created 12,300  invalid 45  8 in flight"));
    EXPECT_THAT(line, Not(HasSubstr("refused")));
}

TEST(ProgressLine, OfAResumedRunCountsWhatThisProcessDid) {
    auto p = progress(300, 500);
    p.settled_before = 200;
    p.bytes_before = 400;
    EXPECT_THAT(progress_line(p), StartsWith(" 50%  300 rows  10/s  50 s left"));
    p.in_doubt = 3;
    EXPECT_THAT(progress_line(p), HasSubstr("3 asked about"));
}

TEST(ProgressLine, OfOneRowSaysRow) {
    EXPECT_THAT(progress_line(progress(1, 0)), HasSubstr("1 row  "));
}

TEST(ProgressLine, ShowsSlowRatesWithAFraction) {
    EXPECT_THAT(progress_line(progress(4, 10)), HasSubstr("  0.4/s"));
    EXPECT_THAT(progress_line(progress(0, 0)), HasSubstr("  0.0/s"));
}

TEST(ProgressLine, GuessesNoTimeWithoutGrounds) {
    EXPECT_THAT(progress_line(progress(0, 0)), Not(HasSubstr("left")));
    auto early = progress(5, 10);
    early.elapsed = 1s;
    EXPECT_THAT(progress_line(early), Not(HasSubstr("left")));
    auto pipe = progress(5, 10);
    pipe.bytes.reset();
    EXPECT_THAT(progress_line(pipe), AllOf(Not(HasSubstr("%")), Not(HasSubstr("left"))));
    auto grown = progress(5, 2000);
    EXPECT_THAT(progress_line(grown), Not(HasSubstr("left")));
}

TEST(ProgressLine, StandsARunWithoutTimeOrBytes) {
    run::import_progress p;
    EXPECT_THAT(progress_line(p), HasSubstr("0 rows"));
    p.bytes = 0;
    EXPECT_THAT(progress_line(p), Not(HasSubstr("%")));
}

class ClosingWords : public ::testing::Test {
protected:
    ClosingWords() {
        r_.folder = "runs/notes-1";
        r_.facts.inputs = {"/data/notes.csv"};
        r_.facts.ended = r_.facts.started + 65s;
        r_.took = 65s;
    }
    void add(outcome what, reason why = reason::stopped) {
        ++read_;
        r_.summary.add(row(read_, what,
                           what == outcome::created ? std::vector<fault>{}
                                                    : std::vector<fault>{{why, "because"}}));
        r_.summary.set_read(read_);
    }
    run::import_result r_;
    std::uint64_t read_ = 0;
};

TEST_F(ClosingWords, OfAGoodRunAreShort) {
    add(outcome::created);
    add(outcome::created);
    const auto text = closing_words(r_);
    EXPECT_THAT(text, StartsWith("Finished in 1 min 5 s: 2 rows read\n"));
    EXPECT_THAT(text, HasSubstr("created                  2  notes made on the server"));
    EXPECT_THAT(text, HasSubstr("Run folder: runs/notes-1"));
    EXPECT_THAT(text, AllOf(Not(HasSubstr("Problems")), Not(HasSubstr("Next"))));
}

TEST_F(ClosingWords, SayWhatTheRunWentThroughInLinesOfATerminal) {
    add(outcome::created);
    r_.facts.met = {.processes = 1,
                    .sent_again = 57,
                    .timed_out = 12,
                    .lost = 4,
                    .requests = {{0, 16}, {200, 1210}, {503, 29}}};
    EXPECT_THAT(
        closing_words(r_),
        HasSubstr("1 row read\n"
                  "Of 1,255 requests, 12 had no answer in time, 4 lost their connections and 29\n"
                  "were answered with an error of the server's own.\n"
                  "57 rows were sent again.\n"
                  "  created "));
}

TEST_F(ClosingWords, SayWhatBecameOfRowsThatTheLogDoesNotTell) {
    add(outcome::created);
    r_.how = run::ending::failed;
    EXPECT_THAT(closing_words(r_), Not(HasSubstr("to the log")));
    r_.untold = {.all = {}, .in_doubt = 16, .not_attempted = 1200};
    EXPECT_THAT(
        closing_words(r_),
        HasSubstr("No outcome of 1,216 rows could be written to the log: 16 of them may be on the\n"
                  "server, the others were not sent.\n"));
    r_.untold.in_doubt = 0;
    EXPECT_THAT(closing_words(r_), HasSubstr("they were not sent."));
    r_.untold = {.all = {}, .in_doubt = 2, .not_attempted = 0};
    EXPECT_THAT(closing_words(r_), HasSubstr("they may be on the server."));
}

TEST_F(ClosingWords, TakeSkippedRowsForNoProblem) {
    add(outcome::skipped, reason::already_imported);
    const auto text = closing_words(r_);
    EXPECT_THAT(text, HasSubstr("skipped                  1  imported by an earlier run"));
    EXPECT_THAT(text, Not(HasSubstr("Problems")));
}

TEST_F(ClosingWords, SayWhatToDoWithEachKindOfReject) {
    add(outcome::invalid, reason::bad_date);
    add(outcome::refused, reason::not_found);
    add(outcome::in_doubt, reason::timeout);
    r_.rejects = {"in_doubt-2.jsonl", "invalid.csv", "refused-2.jsonl"};
    const auto text = closing_words(r_);
    for (const auto* part : {"Problems, by reason", "bad_date", "at notes.csv:2", "not_found",
                             "timeout", "runs/notes-1/invalid.csv", "runs/notes-1/refused-2.jsonl",
                             "runs/notes-1/in_doubt-2.jsonl", "problems.csv"}) {
        EXPECT_THAT(text, HasSubstr(part));
    }
    EXPECT_LT(text.find("invalid.csv"), text.find("in_doubt-2.jsonl"));
}

TEST_F(ClosingWords, SayWithWhichOptionsRejectsAreRead) {
    r_.rejects = {"in_doubt-2.csv", "invalid-2.csv", "invalid.csv", "refused-3.csv"};
    r_.reject_options = {"", " --delimiter tab"};
    const auto text = closing_words(r_);
    EXPECT_THAT(text, HasSubstr("runs/notes-1/invalid-2.csv --delimiter tab\n"));
    EXPECT_THAT(text, HasSubstr("runs/notes-1/invalid.csv\n"));
    EXPECT_THAT(text, HasSubstr("runs/notes-1/refused-3.csv\n"));
    EXPECT_THAT(text, HasSubstr("runs/notes-1/in_doubt-2.csv\n"));
}

TEST_F(ClosingWords, SayHowTheRunEnded) {
    const struct {
        run::ending how;
        std::string expected;
    } table[] = {{run::ending::finished, "Finished in"},
                 {run::ending::limited, "Stopped at --limit"},
                 {run::ending::max_errors, "Stopped by --max-errors"},
                 {run::ending::interrupted, "Stopped as asked"},
                 {run::ending::failed, "Stopped after"}};
    for (const auto& t : table) {
        r_.how = t.how;
        EXPECT_THAT(closing_words(r_), StartsWith(t.expected));
    }
}

TEST_F(ClosingWords, CountWhatWasNotAttemptedWithoutCallingItAProblem) {
    add(outcome::not_attempted);
    const auto text = closing_words(r_);
    EXPECT_THAT(text, HasSubstr("not_attempted"));
    EXPECT_THAT(text, Not(HasSubstr("Problems")));
}

class CheckWords : public ::testing::Test {
protected:
    CheckWords() {
        r_.inputs = {"notes.csv"};
        source::reading_facts facts;
        facts.delimiter = ",";
        r_.facts = {facts};
        r_.summary.set_read(15'001);
        r_.summary.add(row(7, outcome::invalid, {{reason::bad_date, "no such day"}}));
        r_.to_send = 15'000;
        r_.body_bytes = 3'000'000;
        r_.unused_columns = {"Old ID", "x\x1b"};
        r_.plan.look_ups = 748;
        r_.plan.notes = 15'000;
        r_.notes.types = {{"Call", 14'990}, {"Te\x1bxt", 10}};
        r_.notes.longest = 12'345;
        r_.notes.longest_at = {.file = 0, .row = 8, .line = 9, .byte = 0, .size = 0};
        r_.notes.first_date = {"2001-02-03", r_.notes.longest_at};
        r_.notes.last_date = {"2019-03-04T05:06:07", r_.notes.longest_at};
        r_.notes.without_date = 3;
        r_.notes.contacts = 748;
        r_.notes.repeated = 2;
        r_.notes.repeated_first = {r_.notes.longest_at};
        r_.notes.unknown = {{"A-7", 5}, {"B", 1}};
        r_.notes.used_columns = {"contactId", "type", "note"};
        r_.notes.missing_columns = {"private"};
        r_.previews = {"POST / HTTP/1.1\r\nAuthorization: Bearer ********\r\n\r\n{}"};
    }
    run::check_result r_;
    const std::chrono::system_clock::time_point now_{std::chrono::hours(24 * 20'000)}; // 2024-10-04
};

TEST_F(CheckWords, TellThePlanAndTheProblems) {
    const auto text = check_words(r_, now_);
    for (const auto* part : {"Checked notes.csv: CSV in UTF-8, separated by commas",
                             "15,001  rows read",
                             "15,000  would be sent",
                             "1  invalid",
                             "bad_date",
                             "notes.csv:8",
                             "no such day",
                             "3.0 MB",
                             "15,750 requests",
                             "748 look-ups",
                             "at 1,500 requests an hour, 10% of them kept for others: 11 h 40 min, "
                             "until 2024-10-04 11:40 UTC",
                             "at 5,000 requests an hour, 10% of them kept for others: 3 h 30 min",
                             "Old ID, x?",
                             "are not there: private",
                             "are read: contactId, type, note",
                             "types: Call (14,990), Te?xt (10)",
                             "dates: 2001-02-03 (notes.csv:9) to 2019-03-04T05:06:07 (notes.csv:9)",
                             "without a date: 3 rows",
                             "longest: 12,345 characters (notes.csv:9)",
                             "2 rows make the same note as an earlier row: notes.csv:9, ...",
                             "Unknown contacts, with their rows: A-7 (5), B (1)",
                             "-> name the format of the dates",
                             "Request 1 as it would be sent",
                             "Bearer ********"}) {
        EXPECT_THAT(text, HasSubstr(part));
    }
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST_F(CheckWords, TellWhenItEndsWithTheQuotaOfNow) {
    r_.plan.quota = run::quota_now{.limit = 5000, .remaining = 3000, .until_reset = 1000s};
    EXPECT_THAT(check_words(r_, now_),
                AllOf(HasSubstr("5,000 requests a window; 3,000 are left now, and in 16 min"),
                      HasSubstr("begun now, with 10% of them kept for others: 2 h 16 min, until "
                                "2024-10-04 02:16 UTC")));
    const auto plan = boost::json::parse(check_json(r_, now_)).at("plan");
    EXPECT_EQ(plan.at("quota").at("remaining"), 3000);
    EXPECT_EQ(plan.at("ends"), "2024-10-04T02:16:40.000Z");
}

TEST_F(CheckWords, NameTheOptionsThatReadTheRejects) {
    r_.folder = "checked";
    r_.rejects = {"invalid-2.csv", "invalid.csv"};
    r_.reject_options = {"", " --encoding 'windows-1252'"};
    EXPECT_THAT(
        check_words(r_, now_),
        HasSubstr("Mend and import:\n      checked/invalid-2.csv --encoding 'windows-1252'\n"
                  "      checked/invalid.csv\n"));
    EXPECT_EQ(boost::json::parse(check_json(r_, now_)).at("rejects").at(0).at("options"),
              "--encoding 'windows-1252'");
}

TEST_F(CheckWords, NameRejectsAsAShellReadsThem) {
    r_.folder = "-my runs";
    r_.rejects = {"invalid.csv"};
    EXPECT_THAT(check_words(r_, now_), HasSubstr("      './-my runs/invalid.csv'\n"));
}

TEST_F(CheckWords, TellOfNoJobWithoutRows) {
    r_.to_send = 0;
    EXPECT_THAT(check_words(r_, now_), Not(HasSubstr("The job")));
}

TEST_F(CheckWords, AreJsonForAProgram) {
    const auto json = boost::json::parse(check_json(r_, now_)).as_object();
    EXPECT_EQ(json.at("read"), 15'001);
    EXPECT_EQ(json.at("would_be_sent"), 15'000);
    EXPECT_EQ(json.at("invalid"), 1);
    EXPECT_EQ(json.at("reasons").as_array()[0].at("reason"), "bad_date");
    EXPECT_EQ(json.at("previews").as_array().size(), 1u);
    const auto& plan = json.at("plan").as_object();
    EXPECT_EQ(plan.at("requests"), 15'750);
    EXPECT_DOUBLE_EQ(plan.at("hours_at_requests_an_hour").at("1500").to_number<double>(),
                     42'000.0 / 3600);
    EXPECT_TRUE(plan.at("quota").is_null());
    const auto& notes = json.at("notes").as_object();
    EXPECT_EQ(notes.at("types").at(0).at("type"), "Call");
    EXPECT_EQ(notes.at("types").at(0).at("rows"), 14'990);
    EXPECT_EQ(notes.at("first_date").at("date"), "2001-02-03");
    EXPECT_EQ(notes.at("repeated"), 2);
    EXPECT_EQ(json.at("unknown_contacts").at(0).at("contact"), "A-7");
    EXPECT_EQ(json.at("columns").at("missing").at(0), "private");
}

TEST(ProblemWords, NameThreePlacesAndAnExample) {
    report::summary s;
    for (std::uint64_t n = 1; n <= 1234; ++n) {
        s.add(row(n, outcome::invalid, {{reason::bad_date, "day \x1b" + std::to_string(n)}}));
    }
    const auto text = problem_words(s, {"/a/b/notes.csv"});
    EXPECT_THAT(text, HasSubstr("1,234 rows  at notes.csv:2, notes.csv:3, notes.csv:4, ..."));
    EXPECT_THAT(text, HasSubstr("day ?1\n"));
    EXPECT_EQ(problem_words({}, {}), "");
}

TEST(ProblemWords, BeginFurtherLeftWhereTheTerminalIsNarrow) {
    report::summary s;
    s.add(row(1, outcome::invalid, {{reason::bad_date, "the day is not in any of the formats"}}));
    EXPECT_THAT(problem_words(s, {"a.csv"}),
                HasSubstr("\n                       the day is not in "));
    EXPECT_THAT(problem_words(s, {"a.csv"}, 30),
                HasSubstr("\n    the day is not in any of\n    the "));
    EXPECT_THAT(wrapped("a b", 4, 1), Eq("    a b\n")) << "no width is too small";
}

TEST(ProblemWords, ListNoMoreThanAPersonReads) {
    EXPECT_THAT(list_of({"a", "b"}), Eq("a, b"));
    EXPECT_THAT(list_of(std::vector<std::string>(1'100, "a")), HasSubstr(", a, and 1,000 more"));
}

TEST(ProblemWords, CallStandardInputByItsName) {
    report::summary s;
    s.add(row(1, outcome::invalid, {{reason::bad_date, ""}}));
    EXPECT_THAT(problem_words(s, {"-"}), HasSubstr("standard input:2"));
}

} // namespace
} // namespace noteload::cli
