#include "noteload/cli/state_folder.hpp"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include <cstdlib>

#include "support/temp_folder.hpp"

namespace noteload::cli {
namespace {

class StateFolder : public ::testing::Test {
protected:
    void SetUp() override {
        for (const auto* name : {"STATE_DIRECTORY", "XDG_STATE_HOME"}) {
            ::unsetenv(name);
        }
        ::setenv("HOME", "/home/user", 1);
    }
    void TearDown() override { SetUp(); }

    test::temp_folder folder_;
};

TEST_F(StateFolder, IsWhatSystemdGivesOrTheUsersOwn) {
    EXPECT_EQ(state_folder(), "/home/user/.local/state/noteload");
    ::setenv("XDG_STATE_HOME", "relative", 1);
    EXPECT_EQ(state_folder(), "/home/user/.local/state/noteload");
    ::setenv("XDG_STATE_HOME", "/state", 1);
    EXPECT_EQ(state_folder(), "/state/noteload");
    ::setenv("STATE_DIRECTORY", "/var/lib/noteload:/var/lib/other", 1);
    EXPECT_EQ(state_folder(), "/var/lib/noteload");
}

TEST_F(StateFolder, RemembersAnOrganisationAtItsServer) {
    const auto path = folder_ / "a/b";
    const confirmed_organizations known(path);
    EXPECT_FALSE(known.holds("https://one", "Our \"Foundation\"\n"));
    known.add("https://one", "Our \"Foundation\"\n");
    known.add("https://one", "Other");
    EXPECT_TRUE(known.holds("https://one", "Our \"Foundation\"\n"));
    EXPECT_TRUE(confirmed_organizations(path).holds("https://one", "Other"));
    EXPECT_FALSE(known.holds("https://two", "Other"));
    EXPECT_FALSE(known.holds("https://one", "other"));
    struct stat s {};
    ASSERT_EQ(::stat((path + "/organizations.jsonl").c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777u, 0600u);
}

TEST_F(StateFolder, ThatCannotBeMadeRemembersNothing) {
    folder_.write("file", "");
    for (const auto& path : {std::string(), folder_ / "file/state"}) {
        const confirmed_organizations known(path);
        known.add("https://one", "Other");
        EXPECT_FALSE(known.holds("https://one", "Other"));
    }
}

} // namespace
} // namespace noteload::cli
