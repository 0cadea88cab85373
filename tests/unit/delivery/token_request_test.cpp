#include "noteload/delivery/token_request.hpp"

#include <gmock/gmock.h>

#include "support/printers.hpp"

namespace noteload::delivery {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

attempt answered(int status, std::string body) {
    attempt a;
    a.taken = handed::last_record;
    a.reply.status = status;
    a.reply.body = std::move(body);
    return a;
}

TEST(TokenRequest, EncodesItsForm) {
    EXPECT_EQ(password_form("a b@c.d", "p&=+%é", ""),
              "grant_type=password&username=a%20b%40c.d&password=p%26%3D%2B%25%C3%A9");
    EXPECT_EQ(password_form("a", "b", "123 456"),
              "grant_type=password&username=a&password=b&otp=123%20456");
    EXPECT_EQ(refresh_form("a/b"), "grant_type=refresh_token&refresh_token=a%2Fb");
}

TEST(TokenRequest, ReadsBothTokens) {
    const auto t = read_tokens(
        answered(200, R"({"access_token":"acc","token_type":"bearer","expires_in":1295999,)"
                      R"("refresh_token":"ref","userName":"a"})"));
    ASSERT_TRUE(t) << t.error().message;
    EXPECT_EQ(*t, (oauth_tokens{"acc", "ref", 1295999s}));
    const auto bare = read_tokens(answered(200, R"({"access_token":"acc"})"));
    ASSERT_TRUE(bare);
    EXPECT_EQ(*bare, (oauth_tokens{"acc", "", 0s}));
}

TEST(TokenRequest, KnowsThatAOneTimeCodeIsWanted) {
    const auto t = read_tokens(answered(202, R"({"message":"A code was sent."})"));
    ASSERT_TRUE(t);
    EXPECT_EQ(*t, std::nullopt);
}

TEST(TokenRequest, TellsWhatWentWrong) {
    const auto refused = read_tokens(answered(
        400, R"({"error":"invalid_grant","error_description":"The password is incorrect."})"));
    EXPECT_EQ(refused.error().code, errc::token);
    EXPECT_THAT(refused.error().message, HasSubstr("The password is incorrect."));
    EXPECT_EQ(read_tokens(answered(503, "")).error().code, errc::unreachable);
    EXPECT_EQ(read_tokens(answered(404, "")).error().code, errc::protocol);
    for (const auto* body :
         {"", "[]", "{}", R"({"access_token":""})", R"({"access_token":7})",
          R"({"access_token":"a\r\nb"})", R"({"access_token":"a","refresh_token":"b c"})"}) {
        const auto t = read_tokens(answered(200, body));
        ASSERT_FALSE(t) << body;
        EXPECT_EQ(t.error().code, errc::protocol);
    }
    attempt lost;
    lost.what = trouble::timed_out;
    lost.words = "no answer";
    EXPECT_EQ(read_tokens(lost).error(), (failure{errc::unreachable, "no answer"}));
}

} // namespace
} // namespace noteload::delivery
