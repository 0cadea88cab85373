#include "noteload/sandbox/quota_window.hpp"

#include <gmock/gmock.h>

namespace noteload::sandbox {
namespace {

using namespace std::chrono_literals;

const moment noon{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + 12h};

using header_list = std::vector<std::pair<std::string, std::string>>;

header_list headers(rate_header_style style) {
    quota_window quota(100, 3600s);
    const quota_verdict verdict = quota.take(noon);
    header_list out;
    append_rate_headers(out, verdict, style, 3600s, noon + 600s);
    return out;
}

TEST(QuotaWindow, AllowsEverythingWithoutALimit) {
    quota_window quota(0, 3600s);
    EXPECT_TRUE(quota.take(noon).allowed);
    header_list out;
    append_rate_headers(out, quota.take(noon), rate_header_style::classic, 3600s, noon);
    EXPECT_THAT(out, testing::IsEmpty());
}

TEST(QuotaWindow, RefusesWhatIsBeyondTheLimitUntilTheWindowEnds) {
    quota_window quota(2, 10s);
    EXPECT_EQ(quota.take(noon).remaining, 1U);
    EXPECT_EQ(quota.take(noon + 1s).remaining, 0U);
    const quota_verdict refused = quota.take(noon + 3500ms);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.retry_after, 7s);
    EXPECT_EQ(refused.resets_at, noon + 10s);
    EXPECT_FALSE(quota.take(noon + 9999ms).allowed);
    EXPECT_TRUE(quota.take(noon + 10s).allowed);
}

TEST(QuotaWindow, ChargesNothingForARefusedRequestOrALook) {
    quota_window quota(1, 10s);
    EXPECT_EQ(quota.look(noon).remaining, 1U);
    EXPECT_TRUE(quota.take(noon).allowed);
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(quota.take(noon + 1s).allowed);
    }
    EXPECT_EQ(quota.take(noon + 10s).remaining, 0U);
}

TEST(QuotaWindow, KeepsItsWindowsInStepOverAnIdleTime) {
    quota_window quota(5, 10s);
    quota.take(noon);
    EXPECT_EQ(quota.take(noon + 34s).resets_at, noon + 40s);
}

TEST(QuotaWindow, NeverSaysRetryAfterZero) {
    quota_window quota(1, 10s);
    quota.take(noon);
    EXPECT_EQ(quota.take(noon + 9999999us).retry_after, 1s);
}

TEST(RateHeaders, ComeInEachStyle) {
    const std::string reset = std::to_string(
        std::chrono::floor<std::chrono::seconds>(noon + 3600s).time_since_epoch().count());
    EXPECT_EQ(headers(rate_header_style::classic), (header_list{{"X-RateLimit-Limit", "100"},
                                                                {"X-RateLimit-Remaining", "99"},
                                                                {"X-RateLimit-Reset", reset}}));
    EXPECT_EQ(headers(rate_header_style::dashed)[1],
              (std::pair<std::string, std::string>{"X-Rate-Limit-Remaining", "99"}));
    EXPECT_EQ(headers(rate_header_style::modern),
              (header_list{{"RateLimit-Policy", "\"organization\";q=100;w=3600"},
                           {"RateLimit", "\"organization\";r=99;t=3000"}}));
    EXPECT_THAT(headers(rate_header_style::none), testing::IsEmpty());
    EXPECT_TRUE(parse_rate_header_style("loud").has_error());
}

} // namespace
} // namespace noteload::sandbox
