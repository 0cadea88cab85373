#include "noteload/cli/token.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <cstdlib>
#include <string>

#include "support/printers.hpp"
#include "support/temp_folder.hpp"

namespace noteload::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto secret = "s3cr3t-K3y._~+/=";

TEST(Token, LosesWhatPeoplePasteAroundIt) {
    const std::string token = secret;
    for (const auto& text : {
             token,
             "  " + token + "\r\n\n",
             "\"" + token + "\"",
             "'" + token + "'\n",
             "\" " + token + " \"",
             "Bearer " + token,
             "bearer   " + token + "\n",
             "BEARER " + token,
             "\"Bearer " + token + "\"",
             "Bearer \"" + token + "\"",
             "Bearer\t" + token,
             "\xEF\xBB\xBF" + token + "\r\n",
             "\xEF\xBB\xBF\"Bearer " + token + "\"",
         }) {
        const auto got = clean_token(text, "here");
        ASSERT_TRUE(got) << text << ": " << got.error().message;
        EXPECT_EQ(*got, token) << text;
    }
}

TEST(Token, IsOneLineOfPlainCharactersAndIsNeverShown) {
    const std::string token = secret;
    for (const auto& text : {
             token + "\n" + token,
             token + " " + token,
             token + "\tx",
             token + "\r\nX-Evil: y",
             token + "\x7F",
             token + "é",
             token + std::string(1, '\0'),
             std::string("\"") + token + "\n\"x",
             std::string(20'000, 'x') + token,
             "token: " + token,
         }) {
        const auto got = clean_token(text, "--token-file t");
        ASSERT_FALSE(got) << text;
        EXPECT_EQ(got.error().code, errc::no_token);
        EXPECT_THAT(got.error().message, HasSubstr("--token-file t"));
        EXPECT_THAT(got.error().message, Not(HasSubstr("s3cr3t")));
    }
}

TEST(Token, IsMissingWhereThereIsNothing) {
    for (const auto* text : {"", " ", "\r\n", "\"\"", "''", "\" \"", "Bearer ", "Bearer",
                             "\"Bearer\"", "\xEF\xBB\xBF"}) {
        const auto got = clean_token(text, "here");
        ASSERT_FALSE(got) << text;
        EXPECT_EQ(got.error().code, errc::no_token) << text;
    }
}

class TokenSource : public ::testing::Test {
protected:
    void SetUp() override { TearDown(); }
    void TearDown() override {
        ::unsetenv("NOTELOAD_TOKEN");
        ::unsetenv("CREDENTIALS_DIRECTORY");
    }
    test::temp_folder folder_;
};

TEST_F(TokenSource, IsTheFileOrElseTheEnvironment) {
    ::setenv("NOTELOAD_TOKEN", " from-environment\n", 1);
    EXPECT_EQ(*read_token({}), "from-environment");
    EXPECT_EQ(*read_token({folder_.write("token", "from-file\n"), "", ""}), "from-file");
}

TEST_F(TokenSource, IsAskedForInOrder) {
    const auto said = folder_.write("said", "said");
    const auto config = folder_.write("config", "config");
    folder_.write("token", "credential");
    EXPECT_EQ(*read_token({"", config, ""}), "config");
    EXPECT_EQ(token_file_to_tell({"", config, ""}), config);
    ::setenv("CREDENTIALS_DIRECTORY", folder_.path().c_str(), 1);
    EXPECT_EQ(*read_token({"", config, ""}), "credential");
    EXPECT_EQ(token_file_to_tell({"", config, ""}), "") << "it is gone when the service is";
    ::setenv("NOTELOAD_TOKEN", "environment", 1);
    EXPECT_EQ(*read_token({"", config, ""}), "environment");
    EXPECT_EQ(*read_token({said, config, ""}), "said");
    EXPECT_EQ(token_file_to_tell({said, config, ""}), said);
}

TEST_F(TokenSource, NeedsNotEachCredentialToBeItsOwn) {
    ::setenv("CREDENTIALS_DIRECTORY", folder_.path().c_str(), 1);
    const auto got = read_token({});
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().message, HasSubstr("--token-file"));
}

TEST_F(TokenSource, SaysWhatToDoWithoutAny) {
    const auto got = read_token({});
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, errc::no_token);
    EXPECT_THAT(got.error().message, HasSubstr("--token-file"));
    EXPECT_THAT(got.error().message, HasSubstr("NOTELOAD_TOKEN"));
}

TEST_F(TokenSource, SaysWhichFileCannotBeRead) {
    for (const auto& path : {folder_ / "missing", folder_.path(), folder_.write("empty", "")}) {
        const auto got = read_token({path, "", ""});
        ASSERT_FALSE(got) << path;
        EXPECT_EQ(got.error().code, errc::no_token);
        EXPECT_THAT(got.error().message, HasSubstr(path.substr(0, 40)));
    }
}

TEST_F(TokenSource, ThatOthersCanReadIsToldWithWhatToDo) {
    const auto file = folder_.write("token", "x");
    ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
    for (const auto& places : {token_places{file, "", ""}, token_places{"", file, ""}}) {
        EXPECT_THAT(exposed_token(places), HasSubstr("640"));
        EXPECT_THAT(exposed_token(places), HasSubstr("chmod 600 " + file.substr(0, 40)));
    }
    ::setenv("NOTELOAD_TOKEN", "x", 1);
    EXPECT_EQ(exposed_token({"", file, ""}), "") << "it is not read";
    EXPECT_NE(exposed_token({file, "", ""}), "");
    ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
    EXPECT_EQ(exposed_token({file, "", ""}), "");
}

TEST_F(TokenSource, ThatNobodyElseCanReadIsNoNews) {
    EXPECT_EQ(exposed_token({}), "");
    EXPECT_EQ(exposed_token({folder_ / "missing", "", ""}), "");
    EXPECT_EQ(exposed_token({"/dev/null", "", ""}), "") << "no file";
    const auto credential = folder_.write("token", "x");
    ASSERT_EQ(::chmod(credential.c_str(), 0440), 0);
    ::setenv("CREDENTIALS_DIRECTORY", folder_.path().c_str(), 1);
    EXPECT_EQ(exposed_token({"", "", ""}), "") << "systemd's";
}

TEST_F(TokenSource, ReadsNoMoreOfALongFileThanATokenMayHave) {
    const auto got = read_token({folder_.write("notes.csv", std::string(1 << 20, 'x')), "", ""});
    ASSERT_FALSE(got);
    EXPECT_LT(got.error().message.size(), 400u);
}

} // namespace
} // namespace noteload::cli
