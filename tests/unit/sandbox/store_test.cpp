#include "noteload/sandbox/store.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <limits>

#include "noteload/sandbox/sqlite.hpp"

namespace noteload::sandbox {
namespace {

using namespace std::chrono_literals;

const moment noon{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + 12h};

stored_note note(std::int64_t contact, std::string text, moment created = noon) {
    stored_note made;
    made.contact_id = contact;
    made.type = "Call";
    made.note = std::move(text);
    made.created = created;
    made.modified = created;
    return made;
}

class StoreFile : public testing::Test {
protected:
    StoreFile() { std::filesystem::create_directories(dir_); }
    ~StoreFile() override { std::filesystem::remove_all(dir_); }
    [[nodiscard]] std::string path() const { return dir_ + "/notes.sqlite"; }

private:
    std::string dir_ = testing::TempDir() + "noteload-store-" + std::to_string(::getpid());
};

TEST(Store, GivesBackEveryFieldAsItWasPut) {
    store notes(":memory:");
    stored_note full = note(5, std::string("a\0b\n<\xC3\xA9>", 8));
    full.note_date_time = "2017-10-04";
    full.note_day = 17'443;
    full.important = false;
    full.is_private = true;
    full.time_spent = 7;
    full.id = notes.add(full);
    EXPECT_EQ(notes.find(full.id, noon), full);
}

TEST(Store, KeepsWhatWasLeftOutApartFromFalseAndEmpty) {
    store notes(":memory:");
    const auto found = notes.find(notes.add(note(5, "")), noon);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->important, std::nullopt);
    EXPECT_EQ(found->time_spent, std::nullopt);
    EXPECT_EQ(found->note_date_time, std::nullopt);
}

TEST(Store, NeverGivesAnIdTwice) {
    store notes(":memory:");
    const auto first = notes.add(note(1, "a"));
    EXPECT_TRUE(notes.remove(first));
    EXPECT_FALSE(notes.remove(first));
    EXPECT_GT(notes.add(note(1, "b")), first);
    notes.clear();
    EXPECT_GT(notes.add(note(1, "c")), first + 1);
}

TEST(Store, HidesNotesYoungerThanTheMomentThatIsShown) {
    store notes(":memory:");
    const auto id = notes.add(note(5, "young", noon));
    EXPECT_FALSE(notes.find(id, noon - 1us));
    EXPECT_TRUE(notes.find(id, noon));
    const note_filter filter{"contact_id=?", {std::int64_t{5}}};
    EXPECT_EQ(notes.select(filter, {}, noon - 1us).total, 0);
    EXPECT_EQ(notes.select(filter, {}, noon).total, 1);
}

TEST(Store, ListsInTheOrderAskedForPageByPage) {
    store notes(":memory:");
    for (int i = 0; i < 5; ++i) {
        stored_note one = note(5, std::to_string(i), noon + std::chrono::seconds(i % 3));
        one.note_day = 10 - i;
        notes.add(one);
    }
    const auto texts = [&](note_order order, bool descending, std::int64_t skip) {
        std::string all;
        for (const auto& one : notes.select({}, {order, descending, skip, 3}, noon + 1h).list) {
            all += one.note;
        }
        return all;
    };
    EXPECT_EQ(texts(note_order::id, false, 0), "012");
    EXPECT_EQ(texts(note_order::id, true, 3), "10");
    EXPECT_EQ(texts(note_order::note_date, false, 0), "432");
    EXPECT_EQ(texts(note_order::created, true, 0), "241");
}

TEST(Store, DumpsFromAnyPlace) {
    store notes(":memory:");
    for (int i = 0; i < 5; ++i) {
        notes.add(note(5, std::to_string(i)));
    }
    notes.remove(2);
    EXPECT_EQ(notes.after(notes.id_before(0), 2).front().id, 1);
    EXPECT_EQ(notes.after(notes.id_before(2), 10).front().id, 4);
    EXPECT_THAT(notes.after(notes.id_before(50), 10), testing::IsEmpty());
    EXPECT_EQ(notes.count(), 4);
}

TEST(Store, KnowsATokenUntilItExpires) {
    store notes(":memory:");
    notes.add_token("abc", "access", noon);
    EXPECT_TRUE(notes.has_token("abc", "access", noon - 1us));
    EXPECT_FALSE(notes.has_token("abc", "access", noon));
    EXPECT_FALSE(notes.has_token("abc", "refresh", noon - 1us));
}

TEST_F(StoreFile, KeepsItsNotesWhenOpenedAgain) {
    std::int64_t id = 0;
    {
        store notes(path());
        id = notes.add(note(5, "kept"));
        EXPECT_TRUE(notes.dirty());
        notes.commit();
        EXPECT_FALSE(notes.dirty());
    }
    store again(path());
    ASSERT_TRUE(again.find(id, noon));
    EXPECT_EQ(again.find(id, noon)->note, "kept");
}

TEST_F(StoreFile, LosesNothingCommittedWhenItsProcessIsKilled) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        store notes(path());
        for (int i = 0; i < 1000; ++i) {
            notes.add(note(5, std::to_string(i)));
            notes.commit();
        }
        notes.add(note(5, "not committed"));
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    store notes(path());
    EXPECT_EQ(notes.count(), 1000);
}

TEST_F(StoreFile, IsLockedAgainstASecondSandbox) {
    store first(path());
    try {
        store second(path());
        FAIL() << "opened twice";
    } catch (const sqlite_error& e) {
        EXPECT_TRUE(e.busy) << e.what();
    }
}

} // namespace
} // namespace noteload::sandbox
