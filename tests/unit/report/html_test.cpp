#include "noteload/report/html.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "noteload/ledger/log_format.hpp"
#include "noteload/report/from_log.hpp"
#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view evil = "<script>alert(\"'&\")</script>\x1b[31m";

settled_row row(std::uint64_t n, outcome what, std::vector<fault> faults = {}) {
    settled_row r;
    r.at = {.file = 0, .row = n, .line = n + 1, .byte = 0, .size = 0};
    r.what = what;
    r.faults = std::move(faults);
    return r;
}

run_facts facts() {
    run_facts f;
    f.run = "notes-1";
    f.organization = "Our Foundation";
    f.base_url = "https://a";
    f.inputs = {"/data/notes.csv"};
    f.ended = f.started + std::chrono::seconds(65);
    return f;
}

TEST(ReportHtml, TellsFactsOutcomesAndProblems) {
    summary s;
    s.set_read(1002);
    s.add(row(1, outcome::created));
    s.add(row(2, outcome::invalid, {{reason::bad_date, "no date: 31.2."}}));
    auto f = facts();
    f.finished = true;
    const auto html = report_html(s, f);
    EXPECT_THAT(html, AllOf(HasSubstr("<h1>notes-1</h1>"), HasSubstr("came to its end"),
                            HasSubstr("Our Foundation"), HasSubstr("1 min 5 s later"),
                            HasSubstr("1,002"), HasSubstr("notes.csv:3<td>no date: 31.2.")));
    EXPECT_THAT(html, AllOf(Not(HasSubstr("Rows in doubt")), Not(HasSubstr("went through"))));
}

TEST(ReportHtml, ListsRowsInDoubtUpToAThousand) {
    summary s;
    for (std::uint64_t n = 1; n <= 1003; ++n) {
        s.add(row(n, outcome::in_doubt, {{reason::timeout, "no answer " + std::to_string(n)}}));
    }
    const auto html = report_html(s, facts());
    EXPECT_THAT(html, AllOf(HasSubstr("noteload resume"), HasSubstr("no answer 1000"),
                            Not(HasSubstr("no answer 1001")), HasSubstr("And 3 more")));
}

TEST(ReportHtml, SaysWhatTheRunWentThrough) {
    auto f = facts();
    f.met.processes = 1;
    f.met.outages = 1;
    f.met.outage_ms = 5000;
    f.met.sent_again = 2;
    EXPECT_THAT(report_html({}, f), HasSubstr("<li>Waited 5 s for the server, which failed.\n"
                                              "<li>2 rows were sent again.\n</ul>"));
}

TEST(ReportHtml, EscapesWhateverCameFromOutside) {
    const std::string text(evil);
    summary s;
    s.add(row(1, outcome::in_doubt, {{reason::timeout, text}}));
    run_facts f;
    f.run = f.organization = f.base_url = f.stopped_by = text;
    f.inputs = {text};
    const auto html = report_html(s, f);
    EXPECT_THAT(html, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\x1b")),
                            HasSubstr("&lt;script&gt;alert(&quot;&#39;&amp;&quot;)")));
}

TEST(RunFromItsLog, IsWhatTheLogTells) {
    const auto noon =
        std::chrono::system_clock::time_point(std::chrono::milliseconds(1795492452345));
    ledger::log_header h;
    h.run = "notes-1";
    h.inputs = {{"/data/notes.csv", 7, "xxh3:1"}};
    h.base_url = "https://a";
    h.started = noon;
    std::string log;
    ledger::append_line(log, h);
    auto doubtful = row(2, outcome::in_doubt, {{reason::timeout, "t"}});
    for (auto r : {row(1, outcome::created), doubtful}) {
        r.when = noon;
        ledger::append_line(log, r);
    }
    ledger::append_line(log, ledger::process_end{{.processes = 1, .lost = 3}, noon});
    ledger::append_line(log,
                        ledger::log_event{"stopped", "signal", "", noon + std::chrono::seconds(9)});
    const test::temp_folder folder;
    folder.write("log.jsonl", log + "{\"row\":3,\"fi");
    const auto run = read_run(folder.path());
    ASSERT_TRUE(run) << run.error().message;
    EXPECT_EQ(run->rows.counts().read, 2u);
    EXPECT_EQ(run->rows.doubtful().size(), 1u);
    EXPECT_EQ(run->facts.stopped_by, "signal");
    EXPECT_EQ(run->facts.ended, noon + std::chrono::seconds(9));
    EXPECT_FALSE(run->facts.finished);
    EXPECT_EQ(run->facts.met.lost, 3u);
}

TEST(RunFromItsLog, IsNoneWithoutALog) {
    const test::temp_folder folder;
    const auto run = read_run(folder.path());
    ASSERT_FALSE(run);
    EXPECT_EQ(run.error().code, errc::run_folder);
}

} // namespace
} // namespace noteload::report
