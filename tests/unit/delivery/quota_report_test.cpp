#include "noteload/delivery/quota_report.hpp"

#include <gmock/gmock.h>

#include <random>

namespace noteload::delivery {

void PrintTo(const quota_reading& r, std::ostream* out) {
    *out << '"' << r.name << "\" limit " << r.limit.value_or(-1) << " remaining "
         << r.remaining.value_or(-1) << " resets at "
         << (r.resets_at ? r.resets_at->time_since_epoch().count() : -1) << " window "
         << (r.window ? r.window->count() : -1);
}

namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using fields = std::vector<std::pair<std::string, std::string>>;

constexpr sys_seconds now{1795492452s}; // Tue, 24 Nov 2026 03:54:12 GMT
constexpr auto now_text = "Tue, 24 Nov 2026 03:54:12 GMT";

quota_report report_of(const fields& told, int status = 200) {
    answer a;
    a.status = status;
    a.date = now_text;
    for (const auto& [name, value] : told) {
        a.quota_fields += static_cast<char>(quota_field_of(name)) + value + "\n";
    }
    return read_quota(a, read_http_date(a.date), now + 1h);
}

quota_reading reading(std::string name, std::int64_t limit, std::int64_t remaining,
                      std::optional<seconds> to_go, std::optional<seconds> window = std::nullopt) {
    quota_reading r;
    r.name = std::move(name);
    r.limit = limit;
    r.remaining = remaining;
    r.resets_at = to_go ? std::optional(now + *to_go) : std::nullopt;
    r.window = window;
    return r;
}

TEST(QuotaReport, ReadsTheFieldsInEverySpelling) {
    const auto expected = reading("", 1500, 1200, 60s);
    const std::string reset = "1795492512";
    for (const std::string prefix :
         {"X-RateLimit-", "x-ratelimit-", "X-Rate-Limit-", "RateLimit-", "Rate-Limit-"}) {
        EXPECT_THAT(report_of({{prefix + "Limit", "1500"},
                               {prefix + "Remaining", "1200"},
                               {prefix + "Reset", reset}})
                        .readings,
                    ElementsAre(expected))
            << prefix;
    }
}

TEST(QuotaReport, ReadsAResetInEveryForm) {
    for (const auto* text :
         {"1795492512", " 1795492512 ", "1795492512000", "1795492511001", "60",
          "Tue, 24 Nov 2026 03:55:12 GMT", "2026-11-24T03:55:12Z", "2026-11-24T03:55:11.5"}) {
        EXPECT_THAT(report_of({{"X-RateLimit-Remaining", "7"}, {"X-RateLimit-Reset", text}})
                        .readings.at(0)
                        .resets_at,
                    ::testing::Optional(now + 60s))
            << text;
    }
}

TEST(QuotaReport, ReadsStructuredFields) {
    EXPECT_THAT(report_of({{"RateLimit-Policy", "\"organization\";q=5000;w=3600"},
                           {"RateLimit", "\"organization\";r=4200;t=600"}})
                    .readings,
                ElementsAre(reading("organization", 5000, 4200, 600s, 3600s)));
    EXPECT_THAT(
        report_of({{"RateLimit", "\"burst\";r=3;t=1, \"a;b,c\";t=600;r=70"},
                   {"RateLimit-Policy", "\"burst\";q=10;w=1,\"a;b,c\";q=100;w=3600"}})
            .readings,
        ElementsAre(reading("burst", 10, 3, 1s, 1s), reading("a;b,c", 100, 70, 600s, 3600s)));
}

TEST(QuotaReport, ReadsTheOlderStructuredForms) {
    EXPECT_THAT(report_of({{"RateLimit", "limit=100, remaining=50, reset=5"},
                           {"RateLimit-Policy", "100;w=60"}})
                    .readings,
                ElementsAre(reading("", 100, 50, 5s, 60s)));
    EXPECT_THAT(report_of({{"RateLimit-Limit", "100, 100;w=60"},
                           {"RateLimit-Remaining", "50"},
                           {"RateLimit-Reset", "5"}})
                    .readings,
                ElementsAre(reading("", 100, 50, 5s, 60s)));
}

TEST(QuotaReport, PassesOverWhatItCannotRead) {
    EXPECT_THAT(report_of({{"X-RateLimit-Limit", "many"},
                           {"X-RateLimit-Remaining", ""},
                           {"X-RateLimit-Reset", "soon"},
                           {"RateLimit", ";;;,,\"\";r"},
                           {"RateLimit-Policy", "\"x"}})
                    .readings,
                IsEmpty());
    const auto odd = report_of({{"X-RateLimit-Limit", "0"},
                                {"X-RateLimit-Remaining", "-3"},
                                {"X-RateLimit-Reset", "1600000000"}});
    ASSERT_EQ(odd.readings.size(), 1u);
    EXPECT_EQ(odd.readings[0].limit, std::nullopt);
    EXPECT_EQ(odd.readings[0].remaining, 0);
    EXPECT_EQ(odd.readings[0].resets_at, std::nullopt) << "years ago";
}

TEST(QuotaReport, TakesOurClockWhereTheServerTellsNone) {
    answer a;
    a.quota_fields = "s\"x\";r=1;t=60\n";
    const auto r = read_quota(a, std::nullopt, now + 500ms);
    EXPECT_EQ(r.date, now);
    EXPECT_EQ(r.readings.at(0).resets_at, now + 60s);
}

TEST(QuotaReport, TellsARefusalAndItsWait) {
    answer a;
    a.status = 429;
    a.date = now_text;
    a.retry_after = "Tue, 24 Nov 2026 03:56:12 GMT";
    EXPECT_EQ(read_quota(a, now, now + 1h).retry_after, 120s);
    a.retry_after = "847";
    const auto r = read_quota(a, now, now);
    EXPECT_TRUE(r.refused);
    EXPECT_EQ(r.retry_after, 847s);
}

TEST(QuotaReport, KnowsItsFields) {
    const std::pair<const char*, quota_field> table[] = {
        {"X-RateLimit-Limit", quota_field::limit},
        {"x-rate-limit-reset", quota_field::reset},
        {"Rate-Limit-Remaining", quota_field::remaining},
        {"RateLimit", quota_field::structured},
        {"ratelimit-policy", quota_field::structured},
        {"Date", quota_field::none},
        {"X-Rate", quota_field::none},
        {"X-RateLimit-Remaining-Not", quota_field::none},
        {"X-RateLimit-Used", quota_field::none},
        {"Retry-After", quota_field::none},
        {"X-Request-Id", quota_field::none},
        {"x", quota_field::none},
        {"", quota_field::none}};
    for (const auto& [name, expected] : table) {
        EXPECT_EQ(quota_field_of(name), expected) << name;
    }
}

TEST(QuotaReport, TakesAnyBytes) {
    constexpr std::string_view bytes = "0123456789\"\"\\;;,,==rtqw -xlimit";
    for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
        std::mt19937_64 random(seed);
        std::string text;
        for (auto n = random() % 30; n > 0; --n) {
            text += bytes[random() % bytes.size()];
        }
        SCOPED_TRACE("seed " + std::to_string(seed) + ": " + text);
        for (const auto* name : {"RateLimit", "RateLimit-Policy", "X-RateLimit-Limit",
                                 "X-RateLimit-Remaining", "X-RateLimit-Reset"}) {
            for (const auto& r :
                 report_of({{name, text}, {"X-RateLimit-Remaining", "1"}}).readings) {
                EXPECT_GE(r.limit.value_or(1), 1);
                EXPECT_GE(r.remaining.value_or(0), 0);
                EXPECT_GE(r.window.value_or(1s), 1s);
                EXPECT_GE(r.resets_at.value_or(now), now - 1h);
                EXPECT_LE(r.resets_at.value_or(now), now + 24h * 40);
            }
        }
    }
}

} // namespace
} // namespace noteload::delivery
