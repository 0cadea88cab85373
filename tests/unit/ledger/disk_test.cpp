#include "noteload/ledger/disk.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "support/memory_disk.hpp"
#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::ledger {
namespace {

using test::mode_of;
using test::read_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RealDisk : public ::testing::Test {
protected:
    disk& disk_ = real_disk();
    test::temp_folder folder_;
};

TEST_F(RealDisk, AppendsAndSyncs) {
    const auto path = folder_ / "a";
    auto file = disk_.create(path);
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_TRUE((*file)->append("one\n"));
    EXPECT_TRUE((*file)->append(""));
    EXPECT_TRUE((*file)->append(std::string(1 << 20, 'x')));
    EXPECT_TRUE((*file)->sync());
    EXPECT_EQ(read_file(path), "one\n" + std::string(1 << 20, 'x'));
}

TEST_F(RealDisk, MakesFilesAndFoldersForTheirOwnerAlone) {
    ASSERT_TRUE(disk_.create(folder_ / "file"));
    EXPECT_EQ(mode_of(folder_ / "file"), 0600u);
    EXPECT_TRUE(*disk_.make_folder(folder_ / "parents/of/run"));
    EXPECT_EQ(mode_of(folder_ / "parents/of/run"), 0700u);
}

TEST_F(RealDisk, SaysWhetherItMadeTheFolder) {
    EXPECT_TRUE(*disk_.make_folder(folder_ / "run"));
    EXPECT_FALSE(*disk_.make_folder(folder_ / "run"));
}

TEST_F(RealDisk, MakesAFolderForItsOwnerAloneWithASlashBehindItsNameToo) {
    EXPECT_TRUE(*disk_.make_folder(folder_ / "run/"));
    EXPECT_EQ(mode_of(folder_ / "run"), 0700u);
}

TEST_F(RealDisk, RefusesWhatIsInTheWay) {
    const auto file = folder_.write("file", "x");
    for (const auto& made : {disk_.make_folder(file), disk_.make_folder(file + "/below")}) {
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, errc::run_folder);
        EXPECT_THAT(made.error().message, HasSubstr(file));
    }
    const auto again = disk_.create(file);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, errc::run_folder);
    EXPECT_EQ(read_file(file), "x");
    EXPECT_FALSE(disk_.create(folder_ / "missing/file"));
}

TEST_F(RealDisk, FailsAsADiskWhereThereIsNoRoom) {
    // `create` makes new files only, so the full device is reached through a link's name.
    const auto made = disk_.create("/dev/full");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::run_folder);
}

TEST_F(RealDisk, RefusesAFolderWithoutPermission) {
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::owner_read);
    const auto own = ::geteuid();
    constexpr uid_t nobody = 65534; // root may do everything
    ASSERT_TRUE(own != 0 || ::seteuid(nobody) == 0);
    EXPECT_EQ(disk_.create(folder_ / "a").error().code, errc::run_folder);
    EXPECT_EQ(disk_.make_folder(folder_ / "b").error().code, errc::run_folder);
    ASSERT_EQ(::seteuid(own), 0);
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::owner_all);
}

TEST_F(RealDisk, RenamesRemovesAndSyncsFolders) {
    folder_.write("a", "1");
    folder_.write("b", "2");
    EXPECT_TRUE(disk_.rename(folder_ / "a", folder_ / "b"));
    EXPECT_EQ(read_file(folder_ / "b"), "1");
    EXPECT_FALSE(disk_.exists(folder_ / "a"));
    EXPECT_FALSE(disk_.rename(folder_ / "missing", folder_ / "c"));
    EXPECT_TRUE(disk_.sync_folder(folder_.path()));
    EXPECT_FALSE(disk_.sync_folder(folder_ / "missing"));
    disk_.remove(folder_ / "b");
    disk_.remove(folder_ / "missing");
    EXPECT_THAT(folder_.names(), ElementsAre());
}

TEST_F(RealDisk, RemovesAnEmptyFolderAndNoOther) {
    ASSERT_TRUE(disk_.make_folder(folder_ / "empty"));
    ASSERT_TRUE(disk_.make_folder(folder_ / "full"));
    folder_.write("full/file", "x");
    disk_.remove(folder_ / "empty");
    disk_.remove(folder_ / "full");
    EXPECT_THAT(folder_.names(), ElementsAre("full"));
}

TEST(FolderOf, IsWhatHoldsThePath) {
    EXPECT_EQ(folder_of("/a/b/c"), "/a/b");
    EXPECT_EQ(folder_of("/a"), "/");
    EXPECT_EQ(folder_of("a/b"), "a");
    EXPECT_EQ(folder_of("a"), ".");
    EXPECT_EQ(folder_of("a/b/"), "a");
}

TEST(WriteWhole, ReplacesWhatWasThere) {
    const test::temp_folder folder;
    const auto path = folder.write("summary.json", "old");
    folder.write("summary.json.new", "left behind by a crash");
    ASSERT_TRUE(write_whole(real_disk(), path, "new"));
    EXPECT_EQ(read_file(path), "new");
    EXPECT_THAT(folder.names(), ElementsAre("summary.json"));
}

TEST(WriteWhole, SyncsBeforeItRenamesAndTheFolderAfterwards) {
    test::memory_disk disk;
    ASSERT_TRUE(write_whole(disk, "/r/f", "bytes"));
    EXPECT_THAT(disk.journal(), ElementsAre("create /r/f.new", "append /r/f.new", "sync /r/f.new",
                                            "rename /r/f.new", "sync_folder /r"));
}

TEST(WriteWhole, LeavesTheOldOrTheNewWhereverItFails) {
    for (int step = 1; step <= 6; ++step) {
        test::memory_disk disk;
        ASSERT_TRUE(disk.file("/r/f")->append("old"));
        test::memory_disk* const on = &disk;
        int left = step;
        on->on_step([&](const std::string&) {
            if (--left == 0) {
                on->fail_from_now_on();
            }
        });
        const auto done = write_whole(disk, "/r/f", "new");
        EXPECT_EQ(done.has_value(), step == 6) << step;
        const auto expected = step <= 4 ? "old" : "new";
        EXPECT_EQ(disk.written("/r/f"), expected) << step;
        EXPECT_THAT(disk.names(), ElementsAre("/r/f")) << "nothing is left behind, step " << step;
    }
}

} // namespace
} // namespace noteload::ledger
