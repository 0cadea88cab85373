// noteload undo: its arguments, its exit codes, and what a person or a program reads.

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <string>
#include <vector>

#include "noteload/cli/arguments.hpp"
#include "noteload/cli/exit_code.hpp"
#include "noteload/cli/undo_words.hpp"
#include "noteload/run/logged_options.hpp"
#include "support/printers.hpp"

namespace noteload::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using words = std::vector<std::string>;

undo_command undoing(words w) {
    w.insert(w.begin(), {"undo", "runs/a b"});
    auto c = parse_arguments(w);
    EXPECT_TRUE(c) << c.error().message;
    return c ? std::get<undo_command>(*c) : undo_command{};
}

std::string complaint(const words& w) {
    const auto c = parse_arguments(w);
    EXPECT_FALSE(c);
    return c ? "" : c.error().message;
}

TEST(UndoArguments, LeaveToTheRunWhatIsNotSaid) {
    const auto c = undoing({});
    EXPECT_EQ(c.options.run_dir, "runs/a b");
    EXPECT_FALSE(c.options.force);
    EXPECT_FALSE(c.questions.yes);
    run::import_options of_the_run;
    of_the_run.ca_file = "its.pem";
    of_the_run.concurrency = 3;
    of_the_run.timeout = 7s;
    const auto before = run::logged_options(of_the_run);
    c.options.amend(of_the_run);
    EXPECT_EQ(run::logged_options(of_the_run), before);
    EXPECT_EQ(c.progress, progress_style::automatic);
}

TEST(UndoArguments, AreTakenAtTheirWord) {
    const auto c = undoing({"--force",
                            "--yes",
                            "--json",
                            "--ca-file",
                            "ca.pem",
                            "--token-file",
                            "token",
                            "--rate",
                            "5/s",
                            "--timeout",
                            "2s",
                            "--give-up-after",
                            "1500ms",
                            "--grace",
                            "0s",
                            "--concurrency=3",
                            "--organization",
                            "Foundation",
                            "--progress",
                            "none"});
    EXPECT_TRUE(c.options.force);
    EXPECT_TRUE(c.questions.yes);
    EXPECT_TRUE(c.json);
    EXPECT_EQ(c.token.said, "token");
    run::import_options o;
    c.options.amend(o);
    EXPECT_EQ(o.ca_file, "ca.pem");
    EXPECT_EQ(o.rate, (delivery::rate{5, 1s}));
    EXPECT_EQ(o.timeout, 2s);
    EXPECT_EQ(o.give_up_after, 2s);
    EXPECT_EQ(o.grace, 0s);
    EXPECT_EQ(o.concurrency, 3);
    EXPECT_EQ(c.options.organization, "Foundation");
    EXPECT_EQ(c.progress, progress_style::none);
}

TEST(UndoArguments, KeepWhatWasTypedToGoOnWith) {
    EXPECT_EQ(undoing({"--yes"}).typed, "noteload undo 'runs/a b' --yes");
    EXPECT_EQ(command_line({"it's", "", "a-b/c.d"}), R"('it'\''s' '' a-b/c.d)");
}

TEST(UndoArguments, AreToldWhatIsWrongWithThem) {
    EXPECT_THAT(complaint({"undo"}), HasSubstr("noteload undo noteload-runs/NAME"));
    EXPECT_THAT(complaint({"undo", "r", "--forse"}), HasSubstr("did you mean --force?"));
    EXPECT_THAT(complaint({"undo", "r", "s"}), HasSubstr("s"));
    EXPECT_THAT(complaint({"undo", "r", "--base-url", "https://x"}), HasSubstr("--base-url"));
    EXPECT_THAT(complaint({"undo", "r", "--token", "geheim"}), Not(HasSubstr("geheim")));
    EXPECT_THAT(complaint({"undo", "r", "--concurrency", "65"}), HasSubstr("1 to 64"));
    EXPECT_THAT(complaint({"undo", "r", "--rate", "5"}), HasSubstr("1500/h"));
    EXPECT_THAT(complaint({"undo", "r", "--timeout", "0s"}), HasSubstr("--timeout"));
    EXPECT_THAT(complaint({"undo", "r", "--give-up-after", "0s"}), HasSubstr("--give-up-after"));
    EXPECT_THAT(complaint({"undo", "r", "--progress", "loud"}), HasSubstr("plain"));
}

run::undo_result finished(std::uint64_t undone, std::uint64_t kept = 0) {
    run::undo_result r;
    r.how = run::ending::finished;
    r.begun = true;
    r.plan.run = "notes-1";
    r.plan.folder = "runs/notes-1";
    r.counts.notes = undone + kept;
    r.counts[undo_outcome::undone] = undone;
    r.counts[undo_outcome::kept] = kept;
    r.plan.notes = r.counts.notes;
    for (std::uint64_t row = 1; row <= std::min<std::uint64_t>(kept, 30); ++row) {
        undone_note n{.note = {.note_id = 900 + static_cast<std::int64_t>(row), .row = row}};
        n.contact_id = 17;
        n.what = undo_outcome::kept;
        n.why = fault{reason::modified, "changed at \x1b[31mnoon"};
        r.still_there.push_back(n);
    }
    return r;
}

TEST(UndoExitCode, IsFromWhatIsLeft) {
    EXPECT_EQ(code_of(finished(5)), exit_code::ok);
    EXPECT_EQ(code_of(finished(5, 1)), exit_code::some_bad);
    auto r = finished(5);
    r.counts[undo_outcome::refused] = 1;
    EXPECT_EQ(code_of(r), exit_code::some_bad);
    r.plan.in_doubt = 1;
    EXPECT_EQ(code_of(r), exit_code::in_doubt);
    r.plan.looked_up = true;
    EXPECT_EQ(code_of(r), exit_code::some_bad);
    r.plan.looked_up = false;
    r.how = run::ending::interrupted;
    EXPECT_EQ(code_of(r), exit_code::interrupted);
    r.how = run::ending::failed;
    r.why = failure{errc::run_folder, "x"};
    EXPECT_EQ(code_of(r), exit_code::stopped) << "notes may be gone";
    r.begun = false;
    EXPECT_EQ(code_of(r), exit_code::usage);
    r.why = failure{errc::organization, "x"};
    EXPECT_EQ(code_of(r), exit_code::stopped);
}

TEST(UndoPlanWords, SayWhatIsDeletedAndWhere) {
    const run::undo_plan p{.run = "notes-1",
                           .folder = "runs/notes-1",
                           .organization = "Our Foundation",
                           .base_url = "https://api.example.org",
                           .notes = 1200,
                           .gone = 200};
    const auto text = plan_words(p);
    EXPECT_THAT(text, AllOf(HasSubstr("notes-1"), HasSubstr("1,000 notes"),
                            HasSubstr("\"Our Foundation\" at https://api.example.org"),
                            HasSubstr("200 notes of that run are gone already"),
                            HasSubstr("are kept"), Not(HasSubstr("resume"))));
}

TEST(UndoPlanWords, NameTheCommandThatSettlesRowsInDoubt) {
    run::undo_plan p{.run = "notes-1", .folder = "my runs/1", .organization = "O", .base_url = "u"};
    p.notes = 1;
    p.in_doubt = 1;
    EXPECT_THAT(plan_words(p), AllOf(HasSubstr("1 row of the run is in doubt"),
                                     HasSubstr("cannot be resumed. To settle them first:\n"
                                               "    noteload resume 'my runs/1'\n")));
    p.undone = true;
    EXPECT_THAT(plan_words(p), AllOf(HasSubstr("in doubt"), Not(HasSubstr("resume"))));
    p.undone = false;
    p.looked_up = true;
    EXPECT_THAT(plan_words(p), AllOf(HasSubstr("1 row in doubt is said to have no notes"),
                                     Not(HasSubstr("resume"))));
    p.in_doubt = 0;
    p.finished = false;
    p.force = true;
    EXPECT_THAT(plan_words(p),
                AllOf(HasSubstr("did not reach its end"), HasSubstr("To finish it first:"),
                      Not(HasSubstr("in doubt")), HasSubstr("are deleted, too")));
}

TEST(UndoLine, TellsHowFarItIs) {
    run::undo_progress p;
    p.counts.notes = 1000;
    p.counts[undo_outcome::undone] = 400;
    p.counts[undo_outcome::gone] = 100;
    p.before = 300;
    p.in_flight = 8;
    p.elapsed = 10s;
    EXPECT_EQ(undo_line(p),
              " 50%  500 of 1,000 notes  undone 400  gone 100  20/s  8 in flight"
              "  25 s left");
}

TEST(UndoWords, AreShortWhenAllIsGone) {
    EXPECT_THAT(undo_words(finished(1200), "c"),
                AllOf(StartsWith("Finished in 0 s: 1,200 notes\n"), HasSubstr("undone"),
                      Not(HasSubstr("kept")), Not(HasSubstr("To go on"))));
}

TEST(UndoWords, ListWhatIsStillThereUpToALimit) {
    const auto text = undo_words(finished(5, 1002), "c");
    EXPECT_THAT(text, HasSubstr("note 901 of contact 17 (row 1): modified: changed at ?[31mnoon"));
    EXPECT_THAT(text, AllOf(HasSubstr("... and 972 more"), HasSubstr("runs/notes-1/kept.csv"),
                            HasSubstr("--force"), Not(HasSubstr("\x1b"))));
}

TEST(UndoWords, EndWithTheCommandThatGoesOn) {
    auto r = finished(5);
    r.how = run::ending::interrupted;
    r.counts[undo_outcome::not_attempted] = 3;
    EXPECT_THAT(undo_words(r, "noteload undo x"), EndsWith("To go on:\n    noteload undo x\n"));
}

TEST(UndoWords, SayWhatIsLeftToAPersonWhereRowsAreInDoubt) {
    auto r = finished(5);
    r.plan.in_doubt = 17;
    r.plan.doubtful = {{106, 121}, {130, 130}};
    EXPECT_THAT(undo_words(r, "c"),
                AllOf(HasSubstr("17 rows of the run are in doubt"),
                      HasSubstr("the notes of rows 106 to 121, 130, and delete"),
                      EndsWith("    noteload undo runs/notes-1 --looked-up\n")));
    r.plan.looked_up = true;
    EXPECT_THAT(undo_words(r, "c"),
                EndsWith("17 rows in doubt have no notes any more, as you say.\n"));
    r.plan.looked_up = false;
    r.begun = false;
    r.counts.notes = r.plan.notes = 0;
    EXPECT_THAT(undo_words(r, "c"),
                AllOf(HasSubstr("made no notes"), EndsWith("    noteload resume runs/notes-1\n")));
    r.plan.undone = true;
    EXPECT_THAT(undo_words(r, "c"), HasSubstr("--looked-up"));
}

TEST(UndoWords, SayWhyNothingWasDone) {
    run::undo_result r;
    r.plan.run = "notes-1";
    r.how = run::ending::finished;
    EXPECT_THAT(undo_words(r, "c"), HasSubstr("made no notes"));
    r.counts.notes = 7;
    EXPECT_THAT(undo_words(r, "c"), HasSubstr("All 7 notes of the run notes-1 are gone already"));
    r.how = run::ending::interrupted;
    EXPECT_THAT(undo_words(r, "c"), HasSubstr("nothing was undone"));
}

TEST(UndoJson, HasTheCountsAndWhatIsStillThere) {
    const auto told = boost::json::parse(undo_json(finished(5, 1), 1)).as_object();
    EXPECT_EQ(told.at("exit_code"), 1);
    EXPECT_EQ(told.at("counts").at("undone"), 5u);
    const auto& one = told.at("still_there").as_array().at(0).as_object();
    EXPECT_EQ(one.at("note_id"), 901);
    EXPECT_EQ(one.at("contact_id"), 17);
    EXPECT_EQ(one.at("outcome"), "kept");
    EXPECT_EQ(one.at("reason"), "modified");
}

} // namespace
} // namespace noteload::cli
