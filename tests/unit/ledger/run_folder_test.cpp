#include "noteload/ledger/run_folder.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "support/memory_disk.hpp"
#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::ledger {
namespace {

using test::read_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

log_header header() {
    log_header h;
    h.run = "run";
    return h;
}

std::string header_line() {
    std::string out;
    append_line(out, header());
    return out;
}

class RunFolder : public ::testing::Test {
protected:
    [[nodiscard]] std::string path() const { return folder_ / "run"; }
    result<run_folder> make() { return run_folder::make(real_disk(), path()); }
    void expect_in_use() {
        const auto second = make();
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, errc::run_folder);
        EXPECT_THAT(second.error().message, HasSubstr("is in use by"));
    }

    test::temp_folder folder_;
};

TEST_F(RunFolder, NamesAnotherOnlyWhereAnotherMayBeChosen) {
    auto made = make();
    ASSERT_TRUE(made);
    ASSERT_TRUE(made->begin_log(header()));
    EXPECT_THAT(make().error().message, HasSubstr("choose another with --run-dir"));
    const auto taken = run_folder::take(real_disk(), path());
    ASSERT_FALSE(taken);
    EXPECT_THAT(taken.error().message, HasSubstr("wait for it to end"));
    EXPECT_THAT(taken.error().message, ::testing::Not(HasSubstr("--run-dir")));
    EXPECT_TRUE(run_folder::is_run(real_disk(), path()));
    EXPECT_THAT(run_folder::is_run(real_disk(), path() + "-no").error().message,
                HasSubstr("there is no run folder"));
}

TEST_F(RunFolder, IsMadeForItsOwnerAlone) {
    const auto made = make();
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->path(), path());
    EXPECT_EQ(made->file("x"), path() + "/x");
    EXPECT_EQ(test::mode_of(path()), 0700u);
    EXPECT_EQ(test::mode_of(path() + "/lock"), 0600u);
}

TEST_F(RunFolder, IsRemovedWhenNothingWasBegunInIt) {
    { const auto made = make(); }
    EXPECT_THAT(folder_.names(), ElementsAre());
}

TEST_F(RunFolder, StaysWhenItWasThereBefore) {
    ASSERT_TRUE(real_disk().make_folder(path()));
    { const auto made = make(); }
    EXPECT_THAT(folder_.names(), ElementsAre("run"));
}

TEST_F(RunFolder, StaysWithItsLogAndWithoutItsLock) {
    {
        auto made = make();
        auto log = made->begin_log(header());
        ASSERT_TRUE(log) << log.error().message;
        ASSERT_TRUE((*log)->append("next\n"));
        EXPECT_EQ(read_file(path() + "/log.jsonl"), header_line() + "next\n");
        EXPECT_EQ(test::mode_of(path() + "/log.jsonl"), 0600u);
    }
    EXPECT_EQ(read_file(path() + "/log.jsonl"), header_line() + "next\n");
    EXPECT_FALSE(real_disk().exists(path() + "/lock"));
}

TEST_F(RunFolder, IsHeldByOneAlone) {
    auto first = make();
    ASSERT_TRUE(first);
    expect_in_use();
    EXPECT_TRUE(real_disk().exists(path() + "/lock")) << "the second one leaves the first's lock";
    auto moved = std::move(*first);
    expect_in_use();
}

TEST_F(RunFolder, SaysWhichProcessHasIt) {
    const auto first = make();
    EXPECT_THAT(make().error().message, HasSubstr("process " + std::to_string(::getpid())));
}

TEST_F(RunFolder, IsHeldAgainstOtherProcesses) {
    const auto held = make();
    const auto child = ::fork();
    if (child == 0) {
        ::_exit(make() ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST_F(RunFolder, TakesALockFileThatACrashLeftBehind) {
    ASSERT_TRUE(real_disk().make_folder(path()));
    folder_.write("run/lock", "process 1 on another-host with a long name that stays behind\n");
    const auto made = make();
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_THAT(read_file(path() + "/lock"), HasSubstr("process " + std::to_string(::getpid())));
    EXPECT_EQ(read_file(path() + "/lock").find("behind"), std::string::npos);
}

TEST_F(RunFolder, IsNotTakenWithALogInIt) {
    { (void)make()->begin_log(header()); }
    const auto second = make();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, errc::run_folder);
    EXPECT_THAT(second.error().message, HasSubstr("noteload resume " + path()));
    EXPECT_EQ(read_file(path() + "/log.jsonl"), header_line());
}

TEST_F(RunFolder, CannotBeAFile) {
    folder_.write("run", "x");
    EXPECT_EQ(make().error().code, errc::run_folder);
    EXPECT_EQ(read_file(path()), "x");
}

TEST_F(RunFolder, TakesASlashBehindItsName) {
    {
        const auto made = run_folder::make(real_disk(), path() + "/");
        ASSERT_TRUE(made);
        EXPECT_EQ(test::mode_of(path()), 0700u);
        EXPECT_EQ(made->file("log.jsonl"), path() + "/log.jsonl");
    }
    EXPECT_THAT(folder_.names(), ElementsAre()) << "made by us, so removed by us";
}

TEST_F(RunFolder, MakesTheLogsNameDurableBeforeItIsUsed) {
    ASSERT_TRUE(real_disk().make_folder(path())); // the lock is a real file
    test::memory_disk disk;
    auto made = run_folder::make(disk, path());
    ASSERT_TRUE(made->begin_log(header()));
    const auto log = path() + "/log.jsonl";
    EXPECT_THAT(disk.journal(), ElementsAre("make_folder " + path(), "create " + log + ".new",
                                            "append " + log + ".new", "sync " + log + ".new",
                                            "rename " + log + ".new", "sync_folder " + path(),
                                            "sync_folder " + folder_.path()));
    EXPECT_EQ(disk.synced(log), header_line());
}

TEST_F(RunFolder, SyncsTheSameFoldersWithASlashBehindItsName) {
    ASSERT_TRUE(real_disk().make_folder(path()));
    test::memory_disk disk;
    auto made = run_folder::make(disk, path() + "/");
    ASSERT_TRUE(made->begin_log(header()));
    EXPECT_EQ(disk.journal().back(), "sync_folder " + folder_.path());
}

TEST_F(RunFolder, HasNoLogOrAWholeHeaderWhereverBeginningFails) {
    ASSERT_TRUE(real_disk().make_folder(path()));
    const auto log = path() + "/log.jsonl";
    for (int step = 2; step <= 8; ++step) {
        test::memory_disk disk(step);
        auto made = run_folder::make(disk, path());
        ASSERT_TRUE(made);
        const auto begun = made->begin_log(header());
        EXPECT_EQ(begun.has_value(), step == 8) << step;
        if (!begun) {
            EXPECT_EQ(begun.error().code, errc::disk);
        }
        if (disk.exists(log)) {
            EXPECT_EQ(disk.synced(log), header_line()) << step;
        }
        EXPECT_FALSE(disk.exists(log + ".new")) << step;
    }
}

TEST_F(RunFolder, HasNoLogWhereBeginningFailed) {
    ASSERT_TRUE(real_disk().make_folder(path()));
    for (int step = 2; step <= 7; ++step) {
        test::memory_disk disk(step);
        auto made = run_folder::make(disk, path());
        ASSERT_FALSE(made->begin_log(header()));
        EXPECT_FALSE(disk.exists(path() + "/log.jsonl")) << step;
    }
}

TEST(RunName, IsTheInputsStemAndTheTime) {
    const std::chrono::system_clock::time_point t{std::chrono::milliseconds(1795492452999)};
    struct {
        const char* input;
        const char* expected;
    } const table[] = {
        {"notes.csv", "notes-20261124T035412Z"},
        {"/a/b/last night.jsonl", "last night-20261124T035412Z"},
        {"-", "stdin-20261124T035412Z"},
        {"noext", "noext-20261124T035412Z"},
        {"a.b.csv", "a.b-20261124T035412Z"},
        {".csv", ".csv-20261124T035412Z"},
        {"folder/", "notes-20261124T035412Z"},
    };
    for (const auto& row : table) {
        EXPECT_EQ(run_name(row.input, t), row.expected);
    }
}

} // namespace
} // namespace noteload::ledger
