#include "noteload/ledger/key_index.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

#include "support/memory_disk.hpp"
#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::ledger {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

key_hash number(std::uint64_t n) {
    return hash_of_key(std::to_string(n));
}

class KeyIndex : public ::testing::Test {
protected:
    KeyIndex() {
        what_.run = "notes \"1\"";
        what_.folder = "/runs/notes";
        what_.base_url = "https://localhost";
        what_.organization = "Gute Werke";
        what_.column = "id";
        what_.started = "2026-11-24T03:54:12.345Z";
        what_.open = false;
        what_.log_bytes = 1234;
        what_.undo_bytes = 56;
    }
    void write(std::uint64_t imported, std::uint64_t in_doubt) {
        run_keys keys;
        for (std::uint64_t n = 1; n <= imported + in_doubt; ++n) {
            (n <= imported ? keys.imported : keys.in_doubt).push_back(number(n));
        }
        std::sort(keys.imported.begin(), keys.imported.end());
        std::sort(keys.in_doubt.begin(), keys.in_doubt.end());
        ASSERT_TRUE(write_index(real_disk(), path_, what_, keys));
        what_.imported = imported;
        what_.in_doubt = in_doubt;
    }

    test::temp_folder folder_;
    std::string path_ = folder_ / "a.keys";
    key_index what_;
};

TEST_F(KeyIndex, IsReadAsItWasWritten) {
    for (const auto& [imported, in_doubt] :
         {std::pair{0, 0}, {1, 0}, {0, 1}, {3, 2}, {70'000, 5}}) {
        write(static_cast<std::uint64_t>(imported), static_cast<std::uint64_t>(in_doubt));
        const auto found = read_index(path_);
        ASSERT_TRUE(found) << found.error().message;
        EXPECT_TRUE(found->is_whole);
        EXPECT_EQ(found->header, what_);
        key_table t;
        ASSERT_TRUE(add_index(path_, t, 7));
        EXPECT_EQ(t.size(), what_.imported + what_.in_doubt);
        for (std::uint64_t n = 1; n <= t.size(); ++n) {
            ASSERT_EQ(t.of(number(n)), (known_key{0, 7, n > what_.imported}));
        }
    }
}

TEST_F(KeyIndex, IsItsOwnersAloneAndHoldsNoKey) {
    write(3, 0);
    EXPECT_EQ(test::mode_of(path_), 0600u);
    EXPECT_THAT(test::read_file(path_), HasSubstr("\"imported\":3"));
}

TEST_F(KeyIndex, ShowsAnyDamage) {
    write(4, 3);
    const auto whole = test::read_file(path_);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto turned = whole;
        turned[at] = static_cast<char>(turned[at] ^ 4);
        folder_.write("a.keys", turned);
        const auto found = read_index(path_);
        if (found) {
            ASSERT_FALSE(found->is_whole) << "byte " << at;
            ASSERT_EQ(found->header, what_) << "byte " << at;
        } else {
            ASSERT_EQ(found.error().code, errc::run_folder);
        }
    }
    for (std::size_t size = 0; size < whole.size(); ++size) {
        folder_.write("a.keys", whole.substr(0, size));
        const auto found = read_index(path_);
        ASSERT_FALSE(found && found->is_whole) << size << " bytes";
    }
    for (const auto* more : {"x", "\n", "\n\n", "xxxxxxxxxxxxxxxxxxxxxxxxx"}) {
        folder_.write("a.keys", whole + more);
        const auto found = read_index(path_);
        ASSERT_TRUE(found);
        EXPECT_FALSE(found->is_whole);
    }
    EXPECT_FALSE(read_index(folder_ / "none.keys"));
}

TEST_F(KeyIndex, OfALaterVersionIsRefused) {
    const std::string line = R"({"noteload_keys":2,"run":"a"})";
    folder_.write("a.keys", line + "\n" + hash_text(mark_hash(line)) + "\n");
    const auto found = read_index(path_);
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().message, HasSubstr("version 2"));
}

TEST_F(KeyIndex, ReplacesTheOldOneWholeOrNotAtAll) {
    test::memory_disk counting;
    ASSERT_TRUE(write_index(counting, "a.keys", what_, {{number(1)}, {}}));
    const auto steps = counting.steps();
    const auto old = counting.written("a.keys");
    ASSERT_FALSE(old.empty());
    for (int step = 1; step <= steps; ++step) {
        test::memory_disk disk(steps + step);
        ASSERT_TRUE(write_index(disk, "a.keys", what_, {{number(1)}, {}}));
        EXPECT_FALSE(write_index(disk, "a.keys", what_, {{number(1), number(2)}, {}}));
        // Only the folder's sync comes after the rename.
        const auto left = disk.synced("a.keys");
        EXPECT_TRUE(step < steps ? left == old : left.find("\"imported\":2") != left.npos) << left;
        EXPECT_THAT(disk.names(), Not(testing::Contains("a.keys.new")));
    }
}

TEST(KeyIndexName, TellsRunsInFoldersOfTheSameNameApart) {
    log_header h;
    h.run = "notes";
    h.started = std::chrono::system_clock::time_point(std::chrono::milliseconds(1'764'000'000'123));
    EXPECT_EQ(index_name(h), "notes.20251124T160000123Z.keys");
    h.run = std::string(255, 'n');
    EXPECT_LE(index_name(h).size(), 250u) << "a file's name has 255 bytes at most, with .new";
}

} // namespace
} // namespace noteload::ledger
