#include "noteload/ledger/recovery.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "noteload/ledger/disk.hpp"
#include "noteload/ledger/told_rows.hpp"
#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::ledger {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct no_header_t {};
constexpr no_header_t nothing;

/// A log in the making. Row N stands at byte 100 * N, line N + 1.
class log_text {
public:
    explicit log_text(no_header_t /*unused*/) {}
    log_text() {
        log_header h;
        h.inputs = {{"/notes.csv", 1000, "xxh3:1"}};
        h.base_url = "https://localhost";
        append_line(text_, h);
    }
    log_text& mark(std::uint64_t first, std::uint64_t last) {
        append_line(text_, sending_mark{.first = first,
                                        .last = last,
                                        .file = 0,
                                        .byte = 100 * first,
                                        .line = first + 1,
                                        .hash = 1});
        return *this;
    }
    log_text& row(std::uint64_t n, outcome what = outcome::created) {
        settled_row r;
        r.at = {.file = 0, .row = n, .line = n + 1, .byte = 100 * n, .size = 90};
        r.what = what;
        if (what == outcome::created) {
            r.note_id = static_cast<std::int64_t>(1000 + n);
        } else {
            r.faults = {{reason::bad_request, "d"}};
        }
        append_line(text_, r);
        return *this;
    }
    log_text& end() {
        append_line(text_, row_counts{});
        return *this;
    }
    log_text& raw(std::string_view bytes) {
        text_ += bytes;
        return *this;
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

result<recovered_run> recovered(std::string_view text, std::size_t piece = std::string::npos) {
    recovery r("log.jsonl");
    while (!text.empty()) {
        const auto now = text.substr(0, piece);
        if (auto done = r.feed(now); !done) {
            return done.error();
        }
        text.remove_prefix(now.size());
    }
    return r.finish();
}

recovered_run good(const log_text& log) {
    auto got = recovered(log.text());
    EXPECT_TRUE(got) << got.error().message;
    return got ? std::move(*got) : recovered_run{};
}

std::vector<std::uint64_t> doubtful(const recovered_run& run, std::uint64_t upto = 40) {
    std::vector<std::uint64_t> rows;
    for (std::uint64_t row = 1; row <= upto; ++row) {
        if (run.is_doubtful(row)) {
            rows.push_back(row);
        }
    }
    return rows;
}

TEST(Recovery, OfAHeaderAloneReadsFromTheBeginning) {
    const auto run = good(log_text());
    EXPECT_EQ(run.go_on, reading_point{});
    EXPECT_FALSE(run.ended);
    EXPECT_EQ(run.rows.counts().read, 0u);
}

TEST(Recovery, DoubtsWhatStandsUnderAMarkWithoutAnOutcome) {
    auto run = good(log_text().mark(1, 5).row(1).row(3).mark(6, 8).row(4));
    EXPECT_THAT(doubtful(run), ElementsAre(2, 5, 6, 7, 8));
    EXPECT_THAT(run.note_ids.ranges(), ElementsAre(id_range{1001, 1001}, id_range{1003, 1004}));
    EXPECT_EQ(run.go_on, (reading_point{.row = 6, .file = 0, .byte = 600, .line = 7}));
}

TEST(Recovery, DoubtsWhatWasLeftInDoubt) {
    const auto run = good(log_text().mark(1, 2).row(1, outcome::in_doubt).row(2).end());
    EXPECT_TRUE(run.ended);
    EXPECT_THAT(doubtful(run), ElementsAre(1));
    ASSERT_THAT(run.open_marks, ::testing::SizeIs(1));
}

TEST(Recovery, ReadsAgainWhatWasNotAttempted) {
    const auto run = good(log_text()
                              .mark(1, 4)
                              .row(1)
                              .mark(5, 9)
                              .row(2, outcome::not_attempted)
                              .row(3)
                              .row(4)
                              .row(5)
                              .row(6, outcome::not_attempted));
    EXPECT_EQ(run.go_on.row, 1u);
    EXPECT_THAT(doubtful(run), ElementsAre(7, 8, 9));
}

TEST(Recovery, TakesALastOutcomeForARowsOutcome) {
    const auto run = good(log_text()
                              .mark(1, 3)
                              .row(1, outcome::not_attempted)
                              .row(2, outcome::in_doubt)
                              .row(3)
                              .mark(1, 1)
                              .row(1)
                              .row(2, outcome::already_there));
    EXPECT_EQ(run.rows.of(1), outcome::created);
    EXPECT_EQ(run.rows.of(2), outcome::already_there);
    EXPECT_THAT(doubtful(run), IsEmpty());
    EXPECT_THAT(run.open_marks, IsEmpty());
}

TEST(Recovery, DoubtsARefusedRowThatWasTriedAgain) {
    const auto run = good(log_text().mark(1, 1).row(1, outcome::refused).mark(1, 1));
    EXPECT_THAT(doubtful(run), ElementsAre(1));
}

TEST(Recovery, KnowsTheFirstRefusedRow) {
    const auto run =
        good(log_text().mark(1, 9).row(7, outcome::refused).row(3, outcome::refused).row(1));
    EXPECT_EQ(run.first_refused, (reading_point{.row = 3, .file = 0, .byte = 300, .line = 4}));
}

TEST(Recovery, CutsATornLineOff) {
    const log_text whole = log_text().mark(1, 2).row(1);
    const auto run = good(log_text(whole).raw("{\"row\":2,\"file\":0,\"li"));
    EXPECT_TRUE(run.garbled());
    EXPECT_EQ(run.good_lines, 3u);
    EXPECT_EQ(run.good_bytes, whole.text().size());
    EXPECT_THAT(doubtful(run), ElementsAre(2));
}

/// What a log is refused for: the message.
std::string refusal(const log_text& log) {
    const auto got = recovered(log.text(), 100);
    EXPECT_FALSE(got);
    if (got) {
        return "";
    }
    EXPECT_EQ(got.error().code, errc::changed);
    EXPECT_THAT(got.error().message, HasSubstr("Nothing was changed"));
    return got.error().message;
}

TEST(Recovery, CutsOffUnreadableLinesWithNothingOfOursBehind) {
    const log_text whole = log_text().mark(1, 4).row(1);
    for (const auto& tail : {std::string("\0\0\0\n", 4), std::string(5000, '\0'),
                             std::string("x\ny\n\n{\"a\":1}\n{\"row\":2,"),
                             std::string("{\"sending\":[5,8],\"fi\0\0\0", 24)}) {
        const auto cut = good(log_text(whole).raw(tail));
        EXPECT_EQ(cut.good_bytes, whole.text().size());
        EXPECT_EQ(cut.garbled_bytes, tail.size());
        EXPECT_EQ(cut.good_lines, 3u);
        EXPECT_THAT(doubtful(cut), ElementsAre(2, 3, 4));
    }
}

TEST(Recovery, CutsOffOutcomesBehindAnUnreadableLineOfRowsThatAreAskedForThen) {
    const log_text before = log_text().mark(1, 4).row(1).row(2, outcome::in_doubt);
    const auto torn = log_text(before).raw("x\n");
    for (const auto& log :
         {log_text(torn).row(2), log_text(torn).row(3, outcome::refused), log_text(torn).end(),
          log_text(torn).row(9, outcome::invalid), log_text(torn).row(9, outcome::skipped)}) {
        const auto cut = good(log);
        EXPECT_EQ(cut.good_bytes, before.text().size());
        EXPECT_THAT(doubtful(cut), ElementsAre(2, 3, 4));
        EXPECT_FALSE(cut.ended);
    }
}

TEST(Recovery, RefusesALogWithAnOutcomeBehindAnUnreadableLineWhoseMarkIsNotThere) {
    const log_text torn = log_text().mark(1, 4).row(1).row(3, outcome::not_attempted).raw("x\n");
    for (const auto row : {1, 3, 5}) {
        EXPECT_THAT(refusal(log_text(torn).row(row)),
                    HasSubstr("line 6 tells of row " + std::to_string(row)));
    }
}

TEST(Recovery, RefusesALogWithAMarkBehindAnUnreadableLine) {
    const log_text torn = log_text().mark(1, 4).row(1).raw("x\ny\n");
    const auto blanks = [](std::string line) { return line.insert(1, " ") + "\r\n"; };
    for (const auto& log :
         {log_text(torn).mark(5, 6),
          log_text(torn).raw(blanks(R"({"sending":[5,6],"file":0,"byte":5,"line":6,)"
                                    R"("hash":"xxh3:0000000000000001"})"))}) {
        const auto why = refusal(log);
        EXPECT_THAT(why, HasSubstr("line 4 cannot be read"));
        EXPECT_THAT(why, HasSubstr("requests left by line 6"));
    }
}

TEST(Recovery, RefusesALogWithAnUnreadableLineThatMayBeAMark) {
    EXPECT_THAT(refusal(log_text().mark(1, 4).raw("{\"at\":1,\"sending\":[5,6]}\n")),
                HasSubstr("line 3 cannot be read, and requests left by line 3"));
}

TEST(Recovery, RefusesALogOfWhichMoreIsUnreadableThanACrashLeaves) {
    const log_text whole = log_text().mark(1, 4);
    EXPECT_TRUE(recovered(log_text(whole).raw(std::string(longest_torn_tail, '\0')).text()));
    EXPECT_THAT(refusal(log_text(whole).raw(std::string(longest_torn_tail + 1, '\0'))),
                HasSubstr("line 3 cannot be read"));
}

TEST(Recovery, RefusesARowNumberThatNoRunCouldHaveReached) {
    const log_text whole = log_text().mark(1, 2).row(1);
    for (const auto row : {std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
        EXPECT_THAT(refusal(log_text(whole).row(row)), HasSubstr("line 4 tells of row"));
        EXPECT_THAT(refusal(log_text(whole).mark(3, row)), HasSubstr("line 4 tells of row"));
    }
}

TEST(Recovery, TakesALastLineThatOnlyLacksItsNewline) {
    for (const log_text& whole : {log_text().mark(1, 2).row(1), log_text().row(1).mark(2, 2)}) {
        auto text = whole.text();
        text.pop_back();
        const auto run = good(log_text(nothing).raw(text));
        EXPECT_TRUE(run.lacks_newline);
        EXPECT_FALSE(run.garbled());
        EXPECT_EQ(run.good_bytes, text.size());
        EXPECT_THAT(doubtful(run), ElementsAre(2));
    }
}

TEST(Recovery, OfNothingSaysSo) {
    for (const auto* text : {"", "{\"noteload_log\":1", "hello\n", "\n"}) {
        const auto got = recovered(text);
        ASSERT_FALSE(got) << text;
        EXPECT_EQ(got.error().code, errc::changed);
    }
}

/// Each row that did not end `created`, once, by its last outcome.
void expect_told_alike(const std::string& path, const recovered_run& run) {
    const auto words = [](const row_line& line) {
        return std::to_string(line.row) + ' ' + std::string(to_word(line.what)) + ' ' +
               std::string(line.detail);
    };
    std::vector<std::string> all;
    ASSERT_TRUE(for_each_last(path, run, [&](const row_line& line) {
        if (line.what != outcome::created) {
            all.push_back(words(line));
        }
    }));
    std::vector<std::string> told;
    ASSERT_TRUE(
        for_each_told(path, run, [&](const row_line& line) { told.push_back(words(line)); }));
    ASSERT_EQ(told, all);
}

TEST(ForEachLast, TellsEachRowOnceByItsLastOutcome) {
    const test::temp_folder folder;
    const auto log = log_text()
                         .mark(1, 4)
                         .row(1, outcome::refused)
                         .row(2, outcome::not_attempted)
                         .row(3, outcome::in_doubt)
                         .mark(1, 2)
                         .row(2)
                         .row(3, outcome::already_there)
                         .row(4)
                         .raw("{\"row\":4,\"fi");
    const auto path = folder.write("log.jsonl", log.text());
    const auto run = recover(path);
    ASSERT_TRUE(run);
    std::vector<std::string> told;
    ASSERT_TRUE(for_each_last(path, *run, [&](const row_line& line) {
        told.push_back(std::to_string(line.row) + ' ' + std::string(to_word(line.what)));
    }));
    EXPECT_THAT(told, ElementsAre("2 created", "3 already_there", "4 created"))
        << "row 1 is under a mark again, so its outcome is open";
    expect_told_alike(path, *run);
}

TEST(Recovery, HoldsTheEndLineAgainstTheOthers) {
    std::string end;
    append_line(end, row_counts{.read = 2, .of = {2, 0, 0, 0, 0, 0, 0}});
    const auto log = log_text().mark(1, 2).row(1).row(2).raw(end);
    EXPECT_TRUE(check_end("log.jsonl", good(log)));
    EXPECT_TRUE(check_end("log.jsonl", good(log_text().mark(1, 2).row(1))));
    for (const auto& wrong : {log_text().mark(1, 2).row(1).row(2).row(3).raw(end),
                              log_text().mark(1, 2).row(2, outcome::refused).row(1).raw(end)}) {
        const auto why = check_end("log.jsonl", good(wrong));
        ASSERT_FALSE(why);
        EXPECT_EQ(why.error().code, errc::changed);
        EXPECT_THAT(why.error().message, HasSubstr("tells of 2 rows read"));
    }
}

/// The log as another program writes it again.
std::string in_other_form(const std::string& text, const std::string& form) {
    std::string out = form == "byte order mark" ? "\xEF\xBB\xBF" : "";
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        auto object = boost::json::parse(line).as_object();
        if (form == "sorted") {
            std::map<std::string, boost::json::value> sorted;
            for (const auto& [name, value] : object) {
                sorted[std::string(name)] = value;
            }
            line = boost::json::serialize(boost::json::value_from(sorted));
        } else if (form == "blanks") {
            for (std::size_t at = 0; (at = line.find("\":", at)) != std::string::npos; at += 3) {
                line.insert(at + 2, " ");
            }
        }
        out += line + (form == "cr lf" ? "\r\n" : form == "blank lines" ? "\n \n" : " \n");
    }
    if (form == "no last newline") {
        out.resize(out.find_last_not_of(" \n") + 1);
    }
    return out;
}

TEST(Recovery, ReadsALogThatAnotherProgramWroteAgain) {
    std::string met;
    append_line(met, log_event{"resumed", "", "d \u00e9", {}});
    append_line(met, process_end{{.processes = 1, .lost = 2, .requests = {{200, 5}}}, {}});
    const auto log = log_text()
                         .mark(1, 4)
                         .row(1)
                         .row(2, outcome::refused)
                         .raw(met)
                         .mark(2, 2)
                         .row(2)
                         .row(3, outcome::invalid)
                         .end();
    const auto expected = good(log);
    const test::temp_folder folder;
    for (const auto* form : {"sorted", "blanks", "cr lf", "blank lines", "trailing blanks",
                             "no last newline", "byte order mark"}) {
        SCOPED_TRACE(form);
        const auto path = folder.write("log.jsonl", in_other_form(log.text(), form));
        const auto run = recover(path);
        ASSERT_TRUE(run) << run.error().message;
        EXPECT_EQ(run->header, expected.header);
        EXPECT_FALSE(run->garbled());
        EXPECT_TRUE(run->ended);
        EXPECT_EQ(run->met, expected.met);
        EXPECT_EQ(run->processes, 2u);
        EXPECT_THAT(doubtful(*run), ElementsAre(4));
        EXPECT_EQ(run->rows.counts(), expected.rows.counts());
        EXPECT_EQ(run->go_on, expected.go_on);
        expect_told_alike(path, *run);
    }
}

// ---- any prefix, any damage ------------------------------------------------------------------

/// A run as the dispatcher writes it, with stops and resumptions, and what is true of its rows.
struct random_run {
    log_text log;
    std::map<std::uint64_t, std::optional<outcome>> truth; // of marked and settled rows
};

random_run make_run(std::mt19937& random) {
    const auto upto = [&](unsigned n) { return random() % n; };
    random_run run;
    std::uint64_t next = 1;
    std::set<std::uint64_t> open;
    for (int step = 0; step < 60; ++step) {
        if (open.size() < 6 && upto(3) == 0) {
            const auto last = next + upto(4);
            run.log.mark(next, last);
            for (; next <= last; ++next) {
                open.insert(next);
                run.truth[next] = std::nullopt;
            }
        } else if (!open.empty()) {
            auto it = open.begin();
            std::advance(it, static_cast<long>(upto(static_cast<unsigned>(open.size()))));
            const outcome ends[] = {outcome::created, outcome::created, outcome::refused,
                                    outcome::in_doubt};
            const auto what = ends[upto(4)];
            run.log.row(*it, what);
            run.truth[*it] = what;
            open.erase(it);
        } else {
            run.log.row(next, outcome::invalid);
            run.truth[next++] = outcome::invalid;
        }
    }
    return run;
}

/// What must hold of any log that was accepted.
void expect_nothing_lost(const recovered_run& run, std::uint64_t last_row) {
    for (std::uint64_t row = 1; row <= last_row; ++row) {
        const auto what = run.rows.of(row);
        const bool rests = what && is_final(*what);
        const bool is_read = row >= run.go_on.row;
        EXPECT_TRUE(rests || run.is_doubtful(row) || is_read) << "row " << row << " would be lost";
        EXPECT_FALSE(rests && run.is_doubtful(row)) << "row " << row;
    }
}

class AnyLog : public ::testing::TestWithParam<unsigned> {};

TEST_P(AnyLog, CutAnywhereIsResumedWithoutLosingARow) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()));
    std::mt19937 random(GetParam());
    const auto made = make_run(random);
    const auto& text = made.log.text();
    const auto header = text.find('\n') + 1;
    for (auto size = header; size <= text.size(); ++size) {
        const auto got = recovered(std::string_view(text).substr(0, size), 1 + random() % 200);
        ASSERT_TRUE(got) << got.error().message;
        EXPECT_EQ(got->lacks_newline, text[got->good_bytes - 1] != '\n');
        EXPECT_LE(got->good_bytes, size);
        EXPECT_EQ(got->garbled_bytes, size - got->good_bytes);
        expect_nothing_lost(*got, made.truth.empty() ? 1 : made.truth.rbegin()->first);
    }
    const auto whole = recovered(text);
    ASSERT_TRUE(whole);
    for (const auto& [row, what] : made.truth) {
        EXPECT_EQ(whole->rows.of(row), what) << row;
    }
}

TEST_P(AnyLog, DamagedInItsTailIsResumedOrRefused) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()));
    std::mt19937 random(GetParam());
    const auto made = make_run(random);
    for (int round = 0; round < 200; ++round) {
        auto text = made.log.text();
        const auto from = text.size() - 1 - random() % (text.size() / 2);
        for (auto n = 1 + random() % 5; n > 0; --n) {
            const auto at = from + random() % (text.size() - from);
            text[at] = static_cast<char>(random() % 3 == 0 ? 0 : random() % 256);
        }
        text.resize(text.size() - random() % 20);
        const auto got = recovered(text);
        if (!got) {
            EXPECT_EQ(got.error().code, errc::changed);
            continue;
        }
        // A changed digit may still be a line of ours; what was read is what is judged.
        expect_nothing_lost(*got, got->rows.last());
    }
}

TEST_P(AnyLog, IsToldWithoutTheLinesOfRowsThatWereCreated) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()));
    std::mt19937 random(GetParam());
    auto made = make_run(random);
    for (const auto& [row, what] : made.truth) {
        for (auto again = random() % 3; again > 0 && what && !is_final(*what); --again) {
            made.log.row(row, random() % 2 == 0 ? outcome::in_doubt : outcome::refused);
        }
        if (what == outcome::refused && random() % 2 == 0) {
            made.log.mark(row, row);
            if (random() % 2 == 0) {
                made.log.row(row);
            }
        }
    }
    const test::temp_folder folder;
    const auto path = folder.write("log.jsonl", made.log.text());
    const auto run = recover(path);
    ASSERT_TRUE(run);
    expect_told_alike(path, *run);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyLog, ::testing::Range(1u, 21u));

TEST(Recovery, OfALongRunKeepsOnlyOpenMarksAndReadsNearTheEnd) {
    log_text log;
    constexpr std::uint64_t rows = 40'000;
    for (std::uint64_t n = 1; n <= rows; n += 4) {
        log.mark(n, n + 3);
        for (std::uint64_t k = n; k < n + 4; ++k) {
            if (k != 777) {
                log.row(k);
            }
        }
    }
    const auto run = good(log);
    EXPECT_THAT(doubtful(run, rows), ElementsAre(777));
    EXPECT_THAT(run.open_marks, ::testing::SizeIs(1));
    EXPECT_EQ(run.go_on.row, rows - 3);
}

TEST(Recovery, AddsUpWhatItsProcessesWentThroughAndCountsThem) {
    std::string lines;
    append_line(lines, process_end{{.processes = 1, .lost = 2, .requests = {{200, 5}}}, {}});
    append_line(lines, log_event{"resumed", "", "", {}}); // this one is killed
    append_line(lines, log_event{"resumed", "", "", {}});
    append_line(lines,
                process_end{{.processes = 1, .lost = 1, .requests = {{0, 1}, {200, 3}}}, {}});
    const auto run = good(log_text().raw(lines));
    EXPECT_EQ(run.processes, 3u);
    EXPECT_EQ(run.met, (went_through{.processes = 2, .lost = 3, .requests = {{0, 1}, {200, 8}}}));
}

} // namespace
} // namespace noteload::ledger
