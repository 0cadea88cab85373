#include "noteload/cli/stored_tokens.hpp"

#include <sys/stat.h>

#include <gmock/gmock.h>

#include <cstdlib>

#include "support/temp_folder.hpp"

namespace noteload::cli {
namespace {

using ::testing::HasSubstr;

const stored_tokens some{.base_url = "https://a.example",
                         .ca_file = "/etc/our ca.pem",
                         .access = "acc3ss",
                         .refresh = "r3fresh",
                         .issued = 1'000'000,
                         .expires = 1'001'000};

TEST(StoredTokens, AreATextAndBack) {
    EXPECT_EQ(stored_tokens::parse(some.to_text()), some);
    auto bare = some;
    bare.ca_file = bare.refresh = "";
    EXPECT_EQ(stored_tokens::parse(bare.to_text()), bare);
    for (const auto* text : {"", "noteload tokens 1\n", "noteload tokens 2\na\n\nb\nc\n1\n2\n",
                             "noteload tokens 1\na\n\n\nc\n1\n2\n"}) {
        EXPECT_EQ(stored_tokens::parse(text), std::nullopt) << text;
    }
}

TEST(StoredTokens, AreRefreshedBeforeTheyExpire) {
    EXPECT_FALSE(some.wants_refresh(1'000'499));
    EXPECT_TRUE(some.wants_refresh(1'000'500));
    auto of_fifteen_days = some;
    of_fifteen_days.expires = some.issued + 15 * 86'400;
    EXPECT_FALSE(of_fifteen_days.wants_refresh(some.issued + 12 * 86'400 - 1));
    EXPECT_TRUE(of_fifteen_days.wants_refresh(some.issued + 12 * 86'400));
    auto without = some;
    without.refresh = "";
    EXPECT_FALSE(without.wants_refresh(2'000'000));
    auto for_ever = some;
    for_ever.expires = 0;
    EXPECT_FALSE(for_ever.wants_refresh(2'000'000));
}

TEST(StoredTokens, AreTheUsersAlone) {
    const test::temp_folder folder;
    const auto path = folder / "state/tokens";
    ASSERT_TRUE(store_tokens(path, some));
    ASSERT_TRUE(store_tokens(path, some));
    struct stat s {};
    ASSERT_EQ(::stat(path.c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777u, 0600u);
    folder.write("file", "");
    const auto failed = store_tokens(folder / "file/tokens", some);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, errc::disk);
}

TEST(StoredTokens, AreOfOneServer) {
    const test::temp_folder folder;
    ::setenv("XDG_STATE_HOME", folder.path().c_str(), 1);
    const auto path = token_store_path("https://a.example");
    EXPECT_NE(path, token_store_path("https://b.example"));
    EXPECT_FALSE(stored_access_token("https://a.example").has_value());
    auto kept = some;
    kept.expires = 0;
    ASSERT_TRUE(store_tokens(path, kept));
    const auto got = stored_access_token("https://a.example");
    ASSERT_TRUE(got && *got);
    EXPECT_EQ(**got, "acc3ss");
    EXPECT_FALSE(stored_access_token("https://b.example").has_value());
    EXPECT_FALSE(stored_access_token("").has_value());
    ::unsetenv("XDG_STATE_HOME");
}

} // namespace
} // namespace noteload::cli
