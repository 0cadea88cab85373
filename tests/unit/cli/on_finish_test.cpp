#include "noteload/cli/on_finish.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "support/temp_folder.hpp"

namespace noteload::cli {
namespace {

using ::testing::HasSubstr;

class OnFinish : public ::testing::Test {
protected:
    [[nodiscard]] std::string said() const {
        std::ifstream in(folder_ / "out");
        return {std::istreambuf_iterator<char>(in), {}};
    }
    test::temp_folder folder_;
};

TEST_F(OnFinish, RunsAShellsCommandWithItsEnvironment) {
    ::setenv("NOTELOAD_TOKEN", "s3cr3t", 1);
    ::setenv("NOTELOAD_EXIT_CODE", "outer", 1);
    const auto done = run_on_finish(
        "cat; echo \"$NOTELOAD_EXIT_CODE,$NOTELOAD_TOKEN,$WORDS\" > '" + (folder_ / "out") + "'",
        {{"NOTELOAD_EXIT_CODE", "4"}, {"WORDS", "a 'b' $c\nd"}});
    ::unsetenv("NOTELOAD_TOKEN");
    ::unsetenv("NOTELOAD_EXIT_CODE");
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(said(), "4,,a 'b' $c\nd\n");
}

TEST_F(OnFinish, TellsWhatWentWrong) {
    EXPECT_THAT(run_on_finish("exit 7", {}).error().message, HasSubstr("exit code 7"));
    EXPECT_THAT(run_on_finish("kill -9 $$", {}).error().message, HasSubstr("signal 9"));
}

} // namespace
} // namespace noteload::cli
