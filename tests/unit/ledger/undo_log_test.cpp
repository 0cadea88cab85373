#include "noteload/ledger/undo_log.hpp"

#include <gmock/gmock.h>

#include <string>

#include "support/memory_disk.hpp"
#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::ledger {
namespace {

using test::memory_disk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const auto morning =
    std::chrono::system_clock::time_point(std::chrono::milliseconds(1'800'000'000'123));

undo_header header() {
    return {.run = "run",
            .program = "noteload 0.1.0",
            .organization = "Our Foundation",
            .base_url = "https://api.example.org",
            .started = morning};
}

log_header run_header() {
    log_header h;
    h.run = header().run;
    h.organization = header().organization;
    h.base_url = header().base_url;
    return h;
}

undone_note note(std::uint64_t row, undo_outcome what) {
    undone_note n{.note = {.note_id = 900 + static_cast<std::int64_t>(row), .row = row}};
    n.what = what;
    n.status = 200;
    n.attempts = 1;
    n.took = std::chrono::milliseconds(12);
    n.when = morning;
    if (!is_undone(what)) {
        n.why = fault{reason::modified, "changed, \"by Jo\""};
    }
    return n;
}

template <class Line>
std::string line_of(const Line& l) {
    std::string out;
    append_line(out, l);
    return out;
}

TEST(UndoFormat, IsAsDocumented) {
    EXPECT_EQ(line_of(header()),
              "{\"noteload_undo\":1,\"run\":\"run\",\"program\":\"noteload 0.1.0\","
              "\"organization\":\"Our Foundation\",\"base_url\":\"https://api.example.org\","
              "\"started\":\"2027-01-15T08:00:00.123Z\"}\n");
    EXPECT_EQ(line_of(note(17, undo_outcome::undone)),
              "{\"note_id\":917,\"row\":17,\"outcome\":\"undone\",\"status\":200,\"attempts\":1,"
              "\"ms\":12,\"at\":\"2027-01-15T08:00:00.123Z\"}\n");
    auto kept = note(17, undo_outcome::kept);
    kept.contact_id = 5;
    EXPECT_EQ(line_of(kept),
              "{\"note_id\":917,\"row\":17,\"outcome\":\"kept\",\"contact_id\":5,\"status\":200,"
              "\"attempts\":1,\"ms\":12,\"reason\":\"modified\","
              "\"detail\":\"changed, \\\"by Jo\\\"\",\"at\":\"2027-01-15T08:00:00.123Z\"}\n");
    EXPECT_EQ(line_of(undo_counts{.notes = 15, .of = {1, 2, 3, 4, 5}}),
              "{\"end\":{\"notes\":15,\"undone\":1,\"gone\":2,\"kept\":3,\"refused\":4,"
              "\"not_attempted\":5}}\n");
}

TEST(UndoFormat, IsReadBackAtItsLetter) {
    for (std::size_t i = 0; i < undo_outcome_count; ++i) {
        auto n = note(17, static_cast<undo_outcome>(i));
        n.contact_id = i % 2 == 0 ? 0 : 5;
        n.status = i % 2 == 0 ? 404 : 0;
        auto text = line_of(n);
        text.pop_back();
        const auto read = read_undo_line(text);
        ASSERT_TRUE(std::holds_alternative<undo_line>(read)) << text;
        EXPECT_EQ(std::get<undo_line>(read), (undo_line{n.note, n.what}));
        for (std::size_t size = 0; size < text.size(); ++size) {
            EXPECT_TRUE(
                std::holds_alternative<std::monostate>(read_undo_line(text.substr(0, size))))
                << text.substr(0, size);
        }
    }
    const undo_counts counts{.notes = 15, .of = {1, 2, 3, 4, 5}};
    auto text = line_of(counts);
    text.pop_back();
    EXPECT_EQ(std::get<undo_counts>(read_undo_line(text)), counts);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(
        read_undo_line("{\"row\":1,\"file\":0,\"line\":2}")));
}

class UndoLog : public ::testing::Test {
protected:
    [[nodiscard]] result<recovered_undo> recovered(const std::string& text,
                                                   std::uint64_t last_row = 100) const {
        return recover_undo(real_disk(), folder_.write("undo.jsonl", text), run_header(), last_row);
    }
    test::temp_folder folder_;
};

TEST_F(UndoLog, BeginsWithItsHeaderWhole) {
    memory_disk disk;
    const auto log = undo_log::open(disk, "run", {}, header());
    ASSERT_TRUE(log);
    EXPECT_THAT(disk.names(), ElementsAre("run/undo.jsonl"));
    EXPECT_EQ(disk.synced("run/undo.jsonl"), line_of(header()));
}

TEST_F(UndoLog, HandsEachLineToTheKernelAndSyncsWhenTold) {
    memory_disk disk;
    auto log = *undo_log::open(disk, "run", {}, header());
    ASSERT_TRUE(log.add(note(1, undo_outcome::undone)));
    const auto both = line_of(header()) + line_of(note(1, undo_outcome::undone));
    EXPECT_EQ(disk.written("run/undo.jsonl"), both);
    EXPECT_EQ(disk.synced("run/undo.jsonl"), line_of(header()));
    ASSERT_TRUE(log.sync());
    EXPECT_EQ(disk.synced("run/undo.jsonl"), both);
    const auto steps = disk.steps();
    ASSERT_TRUE(log.sync());
    EXPECT_EQ(disk.steps(), steps) << "there was nothing to sync";
}

TEST_F(UndoLog, ListsWhatIsStillThere) {
    memory_disk disk;
    ASSERT_TRUE(disk.file("run/kept.csv")->append("old"));
    auto log = *undo_log::open(disk, "run", {}, header());
    EXPECT_FALSE(disk.exists("run/kept.csv")) << "of an earlier undo";
    ASSERT_TRUE(log.add(note(1, undo_outcome::undone)));
    ASSERT_TRUE(log.add(note(2, undo_outcome::gone)));
    ASSERT_TRUE(log.add(note(3, undo_outcome::not_attempted)));
    EXPECT_FALSE(disk.exists("run/kept.csv"));
    auto kept = note(4, undo_outcome::kept);
    kept.contact_id = 17;
    ASSERT_TRUE(log.add(kept));
    ASSERT_TRUE(log.add(note(5, undo_outcome::refused)));
    ASSERT_TRUE(log.end({}));
    EXPECT_EQ(disk.synced("run/kept.csv"),
              "note_id,contact_id,row,reason,detail\n"
              "904,17,4,modified,\"changed, \"\"by Jo\"\"\"\n"
              "905,,5,modified,\"changed, \"\"by Jo\"\"\"\n");
    EXPECT_THAT(disk.synced("run/undo.jsonl"), HasSubstr("{\"end\":"));
}

TEST_F(UndoLog, FailsAtEveryStepWithoutTryingAgain) {
    const auto all = [](memory_disk& disk) -> result<void> {
        auto log = undo_log::open(disk, "run", {}, header());
        if (!log) {
            return log.error();
        }
        for (std::uint64_t row = 1; row <= 4; ++row) {
            auto done = log->add(note(row, row % 2 == 0 ? undo_outcome::kept : undo_outcome::gone));
            if (done) {
                done = log->sync();
            }
            if (!done) {
                const auto steps = disk.steps();
                EXPECT_EQ(log->add(note(9, undo_outcome::undone)).error(), done.error());
                EXPECT_EQ(log->sync().error(), done.error());
                EXPECT_EQ(log->end({}).error(), done.error());
                EXPECT_EQ(disk.steps(), steps) << "after a failure nothing is written";
                return done;
            }
        }
        return log->end({});
    };
    memory_disk well;
    ASSERT_TRUE(all(well));
    for (int step = 1; step <= well.steps(); ++step) {
        memory_disk disk(step);
        const auto done = all(disk);
        ASSERT_FALSE(done) << "step " << step;
        EXPECT_EQ(done.error().code, errc::disk);
        // What is there is a log of an undo, or nothing; and it never says more than was done.
        const auto text = disk.written("run/undo.jsonl");
        if (text.empty()) {
            continue;
        }
        const auto found = recovered(text);
        ASSERT_TRUE(found) << "step " << step << ": " << found.error().message;
        EXPECT_LE(found->settled[undo_outcome::gone], 2u);
        EXPECT_EQ(found->settled[undo_outcome::kept], 0u);
    }
}

TEST_F(UndoLog, IsNotThereBeforeTheFirstUndo) {
    const auto found = recover_undo(real_disk(), folder_ / "undo.jsonl", run_header(), 9);
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->is_there);
    EXPECT_FALSE(found->is_done(1));
}

TEST_F(UndoLog, TellsWhichNotesAreGoneHoweverItIsCut) {
    auto text = line_of(header());
    std::vector<std::size_t> ends; // of the lines
    for (std::uint64_t row = 1; row <= 6; ++row) {
        const auto what = row % 3 == 0   ? undo_outcome::kept
                          : row % 3 == 1 ? undo_outcome::undone
                                         : undo_outcome::gone;
        text += line_of(note(row, what));
        ends.push_back(text.size());
    }
    const auto least = line_of(header()).size();
    for (auto size = least; size <= text.size(); ++size) {
        const auto found = recovered(text.substr(0, size));
        ASSERT_TRUE(found);
        EXPECT_TRUE(found->is_there);
        auto good = least;
        for (std::uint64_t row = 1; row <= 6; ++row) {
            const bool whole = ends[row - 1] <= size;
            good = whole ? ends[row - 1] : good;
            EXPECT_EQ(found->is_done(row), whole && row % 3 != 0) << "row " << row;
        }
        EXPECT_EQ(found->good_bytes, good);
    }
}

TEST_F(UndoLog, CutsFromTheFirstUnreadableLineOn) {
    const auto first = line_of(header()) + line_of(note(1, undo_outcome::undone));
    const auto found =
        recovered(first + std::string("\0\0\0\n", 4) + line_of(note(2, undo_outcome::undone)));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->good_bytes, first.size());
    EXPECT_FALSE(found->is_done(2)) << "it is deleted once more, which is harmless";
}

TEST_F(UndoLog, ReadsWhatAnotherProgramWroteAgain) {
    std::string text = line_of(header()) + line_of(note(1, undo_outcome::undone)) +
                       line_of(note(2, undo_outcome::gone)) +
                       line_of(undo_counts{.notes = 2, .of = {1, 1, 0, 0, 0}});
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 4) {
        text.insert(at, " \r\n");
    }
    const auto found = recovered(text);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->good_bytes, text.size());
    EXPECT_TRUE(found->is_done(1));
    EXPECT_TRUE(found->is_done(2));
}

TEST_F(UndoLog, GoesOnBehindAnEarlierEnd) {
    const auto earlier = line_of(header()) + line_of(note(1, undo_outcome::kept)) +
                         line_of(undo_counts{.notes = 1, .of = {0, 0, 1, 0, 0}});
    const auto found = recovered(earlier + "{\"note_id\":90");
    ASSERT_TRUE(found);
    {
        auto log = *undo_log::open(real_disk(), folder_.path(), *found, header());
        ASSERT_TRUE(log.add(note(1, undo_outcome::undone)));
    }
    EXPECT_EQ(test::read_file(folder_ / "undo.jsonl"),
              earlier + line_of(note(1, undo_outcome::undone)));
}

TEST_F(UndoLog, KeepsTheWordOfWhoLookedUpTheRowsInDoubt) {
    EXPECT_EQ(line_of(undo_looked_up{20, morning}),
              "{\"looked_up\":20,\"at\":\"2027-01-15T08:00:00.123Z\"}\n");
    const auto text = line_of(header()) + line_of(note(1, undo_outcome::undone));
    const auto read = [&](const std::string& more) {
        const auto found =
            recover_undo(real_disk(), folder_.write("undo.jsonl", text + more), run_header(), 3);
        EXPECT_TRUE(found) << found.error().message;
        EXPECT_EQ(found->settled[undo_outcome::undone], 1u);
        EXPECT_EQ(found->good_bytes, found->looked_up ? text.size() + more.size() : text.size());
        return found->looked_up;
    };
    EXPECT_FALSE(read(""));
    EXPECT_TRUE(read(line_of(undo_looked_up{20, morning})));
    EXPECT_TRUE(read("{ \"at\":\"2027-01-15T08:00:00.123Z\", \"looked_up\":20 }\n"));
    EXPECT_FALSE(read("{\"looked_up\":20,\"at\":\"2027-01-1"));
}

TEST_F(UndoLog, CountsANoteOnce) {
    const auto found = recovered(line_of(header()) + line_of(note(1, undo_outcome::undone)) +
                                 line_of(note(1, undo_outcome::gone)));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->settled, (undo_counts{.notes = 0, .of = {1, 0, 0, 0, 0}}));
}

TEST_F(UndoLog, PassesOverRowsThatTheLogDoesNotHave) {
    const auto found =
        recovered(line_of(header()) + line_of(note(1'000'000'000'000, undo_outcome::undone)), 5);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->settled.settled(), 0u);
}

TEST_F(UndoLog, IsRefusedWhenItIsNoneOrOfAnotherRun) {
    auto other = header();
    other.run = "other";
    struct {
        std::string text;
        const char* says;
    } const table[] = {
        {"", "is no log of an undo"},
        {"{\"noteload_undo\":1", "is no log of an undo"},
        {line_of(note(1, undo_outcome::undone)), "is no log of an undo"},
        {"{\"noteload_undo\":2}\n", "version 2"},
        {line_of(other), "of the run \"other\""},
    };
    for (const auto& t : table) {
        const auto found = recovered(t.text);
        ASSERT_FALSE(found) << t.text;
        EXPECT_EQ(found.error().code, errc::changed);
        EXPECT_THAT(found.error().message, HasSubstr(t.says));
    }
}

} // namespace
} // namespace noteload::ledger
