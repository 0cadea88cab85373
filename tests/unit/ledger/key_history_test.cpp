// History rules over logs in a folder: which keys count as imported, which as in doubt, and when
// nobody can tell.

#include "noteload/ledger/key_history.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <regex>

#include <filesystem>
#include <future>
#include <string>
#include <vector>

#include "noteload/ledger/key_index.hpp"
#include "noteload/ledger/log_format.hpp"
#include "noteload/ledger/log_keys.hpp"
#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::ledger {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const key_space space{"https://localhost", "Org", "id"};

/// A log, line by line.
class log_text {
public:
    explicit log_text(std::string run, const key_space& of = space) {
        header_.run = std::move(run);
        header_.program = "noteload";
        header_.inputs = {{"/a.csv", 10, "xxh3:0"}};
        header_.base_url = of.base_url;
        header_.organization = of.organization;
        if (!of.column.empty()) {
            header_.options["key"] = of.column;
        }
        static int count = 0;
        header_.started = std::chrono::system_clock::time_point(std::chrono::seconds(++count));
        append_line(text_, header_);
    }
    log_text& row(std::uint64_t row, std::string key, outcome what, std::int64_t note = 0) {
        settled_row r;
        r.at = {.file = 0, .row = row, .line = row + 1, .byte = row * 10, .size = 9};
        r.key = std::move(key);
        r.what = what;
        r.note_id = note;
        if (what != outcome::created) {
            r.faults = {{reason::timeout, "why"}};
        }
        append_line(text_, r);
        return *this;
    }
    log_text& mark(std::uint64_t first, std::uint64_t last) {
        append_line(text_, sending_mark{first, last, 0, first * 10, first + 1, 1});
        return *this;
    }
    log_text& stopped() {
        append_line(text_, log_event{"stopped", "signal", "", {}});
        return *this;
    }
    log_text& end() {
        append_line(text_, row_counts{});
        return *this;
    }

    [[nodiscard]] const log_header& header() const { return header_; }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    log_header header_;
    std::string text_;
};

class KeyHistory : public ::testing::Test {
protected:
    std::string put(const log_text& log, const std::string& folder = "") {
        const auto name = folder.empty() ? log.header().run : folder;
        fs::create_directories(runs_ / name);
        folder_.write("runs/" + name + "/log.jsonl", log.text());
        return runs_ / name;
    }
    void undo(const std::string& run, const std::string& text) {
        folder_.write("runs/" + run + "/undo.jsonl", text);
    }
    void remove(const std::string& run) { fs::remove_all(runs_ / run); }
    result<known_keys> read(const key_space& of = space, const log_header* own = nullptr) {
        auto history = key_history::hold(real_disk(), runs_);
        EXPECT_TRUE(history) << history.error().message;
        return history->read(of, own);
    }
    /// Of each key: the run that has it, `?` before it where in doubt, `-` for none.
    std::vector<std::string> say(const std::vector<std::string>& keys,
                                 const key_space& of = space) {
        const auto known = read(of);
        if (!known) {
            return {known.error().message};
        }
        std::vector<std::string> out;
        for (const auto& key : keys) {
            const auto k = known->table.of(hash_of_key(key));
            out.push_back(k.run == 0 ? "-" : (k.in_doubt ? "?" : "") + known->run(k.run).name);
        }
        return out;
    }
    std::string refusal() {
        const auto known = read();
        EXPECT_FALSE(known);
        if (known) {
            return "";
        }
        EXPECT_EQ(known.error().code, errc::run_folder);
        return known.error().message;
    }
    std::vector<std::string> indexes() {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(runs_ / ".noteload-keys")) {
            if (entry.path().extension() == ".keys") {
                names.push_back(entry.path().string());
            }
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    struct subfolder {
        explicit subfolder(std::string path) : path_(std::move(path)) {
            fs::create_directories(path_);
        }
        operator const std::string&() const { return path_; } // NOLINT
        std::string operator/(std::string_view name) const {
            return path_ + "/" + std::string(name);
        }
        std::string path_;
    };
    test::temp_folder folder_;
    subfolder runs_{folder_ / "runs"};
};

TEST_F(KeyHistory, WithoutRunsKnowsNothing) {
    EXPECT_THAT(say({"a"}), ElementsAre("-"));
}

TEST_F(KeyHistory, CountsWhatWasCreatedOrFound) {
    put(log_text("one")
            .row(1, "created", outcome::created, 1)
            .row(2, "found", outcome::already_there, 2)
            .row(3, "skipped", outcome::skipped)
            .row(4, "invalid", outcome::invalid)
            .row(5, "refused", outcome::refused)
            .row(6, "doubt", outcome::in_doubt)
            .row(7, "not", outcome::not_attempted)
            .row(8, "", outcome::created, 3)
            .end());
    EXPECT_THAT(say({"created", "found", "skipped", "invalid", "refused", "doubt", "not", ""}),
                ElementsAre("one", "one", "-", "-", "-", "?one", "-", "-"));
}

TEST_F(KeyHistory, TakesARowsLastOutcome) {
    put(log_text("one")
            .row(1, "a", outcome::in_doubt)
            .row(2, "b", outcome::in_doubt)
            .row(3, "c", outcome::not_attempted)
            .end()
            .row(1, "a", outcome::already_there, 1)
            .row(2, "b", outcome::not_attempted)
            .mark(3, 3)
            .row(3, "c", outcome::created, 2)
            .end());
    EXPECT_THAT(say({"a", "b", "c"}), ElementsAre("one", "-", "one"));
}

TEST_F(KeyHistory, OfSeveralRowsWithAKeyTakesTheOneThatWasImported) {
    put(log_text("one")
            .row(1, "a", outcome::in_doubt)
            .row(2, "a", outcome::created, 1)
            .row(3, "a", outcome::in_doubt)
            .row(4, "b", outcome::created, 2)
            .row(5, "b", outcome::created, 3)
            .end());
    EXPECT_THAT(say({"a", "b"}), ElementsAre("one", "one"));
    undo("one", "{\"note_id\":2,\"row\":4,\"outcome\":\"undone\"}\n");
    EXPECT_THAT(say({"b"}), ElementsAre("one")) << "the second note is still there";
    undo("one",
         "{\"note_id\":2,\"row\":4,\"outcome\":\"undone\"}\n"
         "{\"note_id\":3,\"row\":5,\"outcome\":\"gone\",\"status\":404}\n");
    EXPECT_THAT(say({"b"}), ElementsAre("-"));
}

TEST_F(KeyHistory, LeavesOutWhatWasUndone) {
    put(log_text("one")
            .row(1, "a", outcome::created, 11)
            .row(2, "b", outcome::already_there, 12)
            .row(3, "c", outcome::created, 13)
            .row(4, "d", outcome::created, 1)
            .end());
    undo("one",
         "{\"noteload_undo\":1}\n"
         "{\"note_id\":11,\"row\":1,\"outcome\":\"undone\",\"at\":\"x\"}\n"
         "{\"row\":2,\"note_id\":12,\"outcome\":\"gone\"}\n"
         "{\"note_id\":13,\"row\":3,\"outcome\":\"kept\","
         "\"detail\":\"\\\"outcome\\\":\\\"undone\\\"\"}\n"
         "not json\n{\"note_id\":");
    EXPECT_THAT(say({"a", "b", "c", "d"}), ElementsAre("-", "-", "one", "one"));
    EXPECT_THAT(read_undone(runs_ / "one").notes, ElementsAre(11, 12));
}

TEST_F(KeyHistory, TakesAnUndoneRunForOver) {
    // Stopped, and undone: it cannot be resumed, and each of its rows is told.
    const log_text stopped = log_text("one")
                                 .mark(1, 3)
                                 .row(1, "a", outcome::created, 11)
                                 .row(2, "b", outcome::created, 12)
                                 .row(3, "c", outcome::in_doubt)
                                 .stopped();
    put(stopped);
    EXPECT_THAT(refusal(), HasSubstr("noteload resume"));
    const std::string undone =
        "{\"noteload_undo\":1}\n{\"note_id\":11,\"row\":1,\"outcome\":\"undone\"}\n";
    undo("one", undone);
    EXPECT_THAT(say({"a", "b", "c", "d"}), ElementsAre("-", "one", "?one", "-"));
    EXPECT_TRUE(read()->run(1).undone);
    undo("one", undone + "{\"looked_up\":1,\"at\":\"2026-11-26T06:00:00.000Z\"}\n");
    EXPECT_THAT(say({"a", "b", "c", "d"}), ElementsAre("-", "one", "-", "-"));
    // Its index alone says the same.
    remove("one");
    EXPECT_THAT(say({"a", "b", "c", "d"}), ElementsAre("-", "one", "-", "-"));
}

TEST_F(KeyHistory, StopsAtAnUndoneRunWithRowsWhoseKeysNobodyKnowsUntilTheyAreLookedUp) {
    const log_text killed = log_text("one").mark(1, 2).row(1, "a", outcome::created, 11);
    const std::string undone =
        "{\"noteload_undo\":1}\n{\"note_id\":11,\"row\":1,\"outcome\":\"undone\"}\n";
    for (const auto* torn : {"", "{\"row\":2,\"fi"}) {
        put(killed);
        folder_.write("runs/one/log.jsonl", killed.text() + torn);
        undo("one", undone);
        for (int again = 0; again < 2; ++again) {
            EXPECT_THAT(refusal(), AllOf(HasSubstr("noteload undo " + (runs_ / "one")),
                                         HasSubstr("--looked-up")));
        }
        undo("one", undone + "{\"looked_up\":1,\"at\":\"2026-11-26T06:00:00.000Z\"}\n");
        EXPECT_THAT(say({"a", "b"}), ElementsAre("-", "-"));
    }
}

TEST_F(KeyHistory, AddsUpRunsAndNamesTheFirst) {
    put(log_text("one").row(1, "a", outcome::in_doubt).row(2, "b", outcome::created, 1).end());
    put(log_text("two").row(1, "a", outcome::created, 2).row(2, "c", outcome::created, 3).end());
    put(log_text("three").row(1, "b", outcome::in_doubt).row(2, "c", outcome::created, 4).end());
    EXPECT_THAT(say({"a", "b", "c"}), ElementsAre("two", "one", "two"));
}

TEST_F(KeyHistory, KeepsSpacesApart) {
    put(log_text("one").row(1, "a", outcome::created, 1).end());
    put(log_text("url", {"https://other", "Org", "id"}).row(1, "b", outcome::created, 1).end());
    put(log_text("who", {"https://localhost", "Ogr", "id"}).row(1, "c", outcome::created, 1).end());
    put(log_text("key", {"https://localhost", "Org", "di"}).row(1, "d", outcome::created, 1).end());
    put(log_text("none", {"https://localhost", "Org", ""}).row(1, "e", outcome::created, 1).end());
    put(log_text("case", {"https://localhost", "Org", " ID"})
            .row(1, "f", outcome::created, 1)
            .end());
    EXPECT_THAT(say({"a", "b", "c", "d", "e", "f"}),
                ElementsAre("one", "-", "-", "-", "-", "case"));
    EXPECT_THAT(say({"a", "c"}, {"https://localhost", "", "id"}), ElementsAre("one", "who"));
    EXPECT_EQ(indexes().size(), 3u) << "only of those that were asked for";
}

TEST_F(KeyHistory, ReadsEscapedKeys) {
    put(log_text("one").row(1, "a\"\\\n\x01ü", outcome::created, 1).end());
    EXPECT_THAT(say({"a\"\\\n\x01ü"}), ElementsAre("one"));
}

TEST_F(KeyHistory, OutlivesTheFolders) {
    put(log_text("one").row(1, "a", outcome::created, 1).row(2, "b", outcome::in_doubt).end());
    EXPECT_THAT(say({"a", "b"}), ElementsAre("one", "?one"));
    remove("one");
    EXPECT_THAT(say({"a", "b"}), ElementsAre("one", "?one"));
    put(log_text("one").row(1, "c", outcome::created, 1).end());
    EXPECT_THAT(say({"a", "b", "c"}), ElementsAre("one", "?one", "one"));
    const auto known = read();
    EXPECT_EQ(known->runs[0].folder, "");
    EXPECT_EQ(known->runs[1].folder, runs_ / "one");
}

TEST_F(KeyHistory, FollowsAFolderThatWasRenamed) {
    put(log_text("one").row(1, "a", outcome::created, 1).end());
    EXPECT_THAT(say({"a"}), ElementsAre("one"));
    fs::rename(runs_ / "one", runs_ / "else");
    undo("else", "{\"note_id\":1,\"row\":1,\"outcome\":\"undone\"}\n");
    EXPECT_THAT(say({"a"}), ElementsAre("-"));
    EXPECT_EQ(indexes().size(), 1u);
}

TEST_F(KeyHistory, MakesAnIndexAgainOnlyWhereALogHasChanged) {
    const log_text log("one");
    put(log_text(log).row(1, "a", outcome::in_doubt).end());
    EXPECT_THAT(say({"a"}), ElementsAre("?one"));
    const auto made = fs::last_write_time(indexes()[0]);
    EXPECT_THAT(say({"a"}), ElementsAre("?one"));
    EXPECT_EQ(fs::last_write_time(indexes()[0]), made);
    put(log_text(log)
            .row(1, "a", outcome::in_doubt)
            .end()
            .row(1, "a", outcome::already_there, 1)
            .end());
    EXPECT_THAT(say({"a"}), ElementsAre("one"));
}

TEST_F(KeyHistory, StopsAtARunThatHasNotEnded) {
    const log_text begun("one");
    const std::vector<log_text> unfinished = {
        begun,
        log_text(begun).mark(1, 2),
        log_text(begun).row(1, "a", outcome::created, 1),
        log_text(begun).row(1, "a", outcome::created, 1).stopped(),
        log_text(begun).row(1, "a", outcome::in_doubt).end().mark(1, 1),
    };
    for (const auto& log : unfinished) {
        put(log);
        EXPECT_THAT(refusal(), HasSubstr("noteload resume " + (runs_ / "one")));
    }
    const auto whole = log_text(begun).row(1, "a", outcome::created, 1).end().text();
    for (std::size_t cut = 2; cut < 40; ++cut) {
        folder_.write("runs/one/log.jsonl", whole.substr(0, whole.size() - cut));
        EXPECT_THAT(refusal(), HasSubstr("one"));
    }
    // The run that asks is none of the others.
    EXPECT_TRUE(read(space, &begun.header()));
    put(log_text(begun).end());
    EXPECT_TRUE(read());
}

TEST_F(KeyHistory, StopsWhereAnUnfinishedRunIsGone) {
    const log_text log("one");
    const auto folder = put(log);
    {
        auto history = key_history::hold(real_disk(), runs_);
        ASSERT_TRUE(history->announce(log.header(), folder));
    }
    EXPECT_THAT(refusal(), HasSubstr("noteload resume " + folder));
    remove("one");
    EXPECT_THAT(refusal(), AllOf(HasSubstr("is gone"), HasSubstr(indexes()[0])));
    key_history::hold(real_disk(), runs_)->forget(log.header());
    EXPECT_TRUE(read());
}

TEST_F(KeyHistory, KnowsFromItsEndOnWhatARunSent) {
    const log_text begun("one");
    const auto remember = [&](const log_text& log) {
        const auto folder = put(log);
        auto history = key_history::hold(real_disk(), runs_);
        ASSERT_TRUE(history->remember(folder));
        remove("one");
    };
    // Rows under a mark without an outcome: their keys stand nowhere.
    remember(log_text(begun).mark(1, 2).row(1, "a", outcome::created, 1));
    EXPECT_THAT(refusal(), HasSubstr("is gone"));
    // A run that was stopped knows all of its rows.
    remember(log_text(begun)
                 .mark(1, 2)
                 .row(1, "a", outcome::created, 1)
                 .row(2, "b", outcome::in_doubt)
                 .stopped());
    EXPECT_THAT(say({"a", "b"}), ElementsAre("one", "?one"));
}

TEST_F(KeyHistory, FindsAnnouncedRunsElsewhere) {
    const log_text log("one");
    fs::create_directories(folder_ / "far/one");
    folder_.write("far/one/log.jsonl", log_text(log).mark(1, 1).text());
    {
        auto history = key_history::hold(real_disk(), runs_);
        ASSERT_TRUE(history->announce(log.header(), folder_ / "far/one"));
    }
    EXPECT_THAT(refusal(), HasSubstr("noteload resume " + (folder_ / "far/one")));
    folder_.write("far/one/log.jsonl", log_text(log).row(1, "a", outcome::created, 1).end().text());
    EXPECT_THAT(say({"a"}), ElementsAre("one"));
    // Another run stands at its place now.
    folder_.write("far/one/log.jsonl", log_text("one").end().text());
    EXPECT_THAT(say({"a"}), ElementsAre("one"));
}

TEST_F(KeyHistory, MendsADamagedIndexFromItsFolderAndStopsWithoutOne) {
    put(log_text("one").row(1, "a", outcome::created, 1).row(2, "b", outcome::created, 2).end());
    EXPECT_THAT(say({"a"}), ElementsAre("one"));
    const auto path = indexes()[0];
    const auto whole = test::read_file(path);
    const auto name = "runs/.noteload-keys/" + fs::path(path).filename().string();
    std::vector<std::string> damaged = {"", "rubbish", whole.substr(0, whole.size() - 1),
                                        whole + "\n"};
    for (std::size_t at = 0; at < whole.size(); at += 7) {
        damaged.push_back(whole);
        damaged.back()[at] = static_cast<char>(whole[at] ^ 1);
    }
    for (const auto& bytes : damaged) {
        folder_.write(name, bytes);
        ASSERT_THAT(say({"a", "b"}), ElementsAre("one", "one"));
        ASSERT_EQ(test::read_file(path), whole);
    }
    remove("one");
    for (const auto& bytes : damaged) {
        folder_.write(name, bytes);
        ASSERT_THAT(refusal(), AllOf(HasSubstr(path), HasSubstr("remove")));
    }
}

TEST_F(KeyHistory, StopsAtALogThatIsDamagedInItsMiddle) {
    const auto whole = log_text("one").row(1, "a", outcome::created, 1).end().text();
    auto broken = whole;
    broken[broken.find("\"outcome\"") + 1] = 'x';
    fs::create_directories(runs_ / "one");
    folder_.write("runs/one/log.jsonl", broken);
    EXPECT_THAT(refusal(), HasSubstr("is unreadable from byte"));
}

TEST_F(KeyHistory, ReadsALogAndAnUndoLogThatAnotherProgramWroteAgain) {
    const auto whole = log_text("one")
                           .row(1, "a", outcome::created, 1)
                           .row(2, "b", outcome::created, 2)
                           .end()
                           .text();
    const auto sorted =
        std::regex_replace(whole, std::regex(R"(\{("noteload_log":1),("run":"one"))"), "{$2 , $1");
    ASSERT_NE(sorted, whole);
    put(log_text("one"));
    undo("one",
         "{\"noteload_undo\": 1}\r\n{\"row\": 1, \"note_id\": 1, \"outcome\": \"gone\", "
         "\"attempts\": 1, \"ms\": 3, \"at\": \"2026-11-24T03:54:12.345Z\"}\r\n");
    for (const auto* end : {"\n", "\r\n", " \n \n"}) {
        folder_.write("runs/one/log.jsonl", std::regex_replace(sorted, std::regex("\n"), end));
        EXPECT_THAT(say({"a", "b"}), ElementsAre("-", "one")) << end;
    }
    folder_.write("runs/one/log.jsonl", whole.substr(0, whole.size() - 1));
    EXPECT_THAT(say({"a", "b"}), ElementsAre("-", "one")) << "no last newline";
}

TEST_F(KeyHistory, PassesOverWhatIsNoRunAndStopsAtALaterVersion) {
    for (const auto* text : {"", "{}", "{\"noteload_l", "something else\n"}) {
        fs::create_directories(runs_ / "other");
        folder_.write("runs/other/log.jsonl", text);
        EXPECT_TRUE(read()) << text;
    }
    folder_.write("runs/other/log.jsonl", "{\"noteload_log\":2}\n");
    EXPECT_THAT(refusal(), HasSubstr("version 2"));
}

TEST_F(KeyHistory, LooksWithoutWriting) {
    put(log_text("one").row(1, "a", outcome::created, 1).end());
    auto known = key_history::look_at(real_disk(), runs_).read(space, nullptr);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->table.of(hash_of_key("a")).run, 1u);
    EXPECT_FALSE(fs::exists(runs_ / ".noteload-keys"));
    EXPECT_FALSE(key_history::look_at(real_disk(), folder_ / "none").read(space, nullptr));
}

TEST_F(KeyHistory, IsNotMadeUpWhereThereIsNoFolder) {
    const auto none = key_history::hold(real_disk(), folder_ / "none");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, errc::run_folder);
    EXPECT_THAT(none.error().message, AllOf(HasSubstr("none"), HasSubstr("--history")));
}

TEST_F(KeyHistory, IsHeldByOneAtATime) {
    auto first = key_history::hold(real_disk(), runs_);
    EXPECT_EQ(test::mode_of(runs_ / ".noteload-keys"), 0700u);
    const log_text log("one");
    // The second waits in its thread until the first has written down its run.
    auto second = std::async(std::launch::async, [&] { return read(); });
    put(log);
    ASSERT_TRUE(first->announce(log.header(), runs_ / "one"));
    { const auto released = std::move(*first); }
    EXPECT_FALSE(second.get());
}

TEST(HistoryOf, IsTheFolderThatHoldsTheRuns) {
    EXPECT_EQ(history_of("/a/b/run"), "/a/b");
    EXPECT_EQ(history_of("/a/b/run/"), "/a/b");
    EXPECT_EQ(history_of("/a/b/../run"), "/a");
    EXPECT_EQ(history_of("run"), fs::current_path().string());
}

} // namespace
} // namespace noteload::ledger
