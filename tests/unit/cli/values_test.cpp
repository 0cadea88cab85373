#include "noteload/cli/values.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace noteload::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST(Values, ReadDurations) {
    const struct {
        std::string text;
        std::optional<milliseconds> expected;
    } table[] = {
        {"500ms", 500ms},
        {"30s", 30s},
        {"5m", 5min},
        {"2h", 2h},
        {"0s", 0ms},
        {"007s", 7s},
        {"8784h", 8784h},
        {"", std::nullopt},
        {"30", std::nullopt},
        {"s", std::nullopt},
        {"-5s", std::nullopt},
        {"+5s", std::nullopt},
        {"5 s", std::nullopt},
        {" 5s", std::nullopt},
        {"5S", std::nullopt},
        {"5sec", std::nullopt},
        {"1.5s", std::nullopt},
        {"5s5", std::nullopt},
        {"9000h", std::nullopt},
        {"99999999999999999999s", std::nullopt},
        {"18446744073709551615ms", std::nullopt},
    };
    for (const auto& row : table) {
        EXPECT_EQ(read_duration(row.text), row.expected) << row.text;
    }
}

TEST(Values, ReadRates) {
    EXPECT_EQ(read_rate("5/s"), (delivery::rate{5, 1s}));
    EXPECT_EQ(read_rate("100/min"), (delivery::rate{100, 60s}));
    EXPECT_EQ(read_rate("1500/h"), (delivery::rate{1500, 3600s}));
    EXPECT_EQ(read_rate("1000000/s"), (delivery::rate{1'000'000, 1s}));
    for (const auto* text : {"", "5", "/s", "0/s", "5/m", "5/hour", "5 /s", "-5/s", "1000001/s",
                             "0.5/s", "5/s/s", "99999999999999999999/h"}) {
        EXPECT_EQ(read_rate(text), std::nullopt) << text;
    }
}

TEST(Values, ReadErrorLimits) {
    EXPECT_EQ(read_error_limit("100"), (run::error_limit{100, false}));
    EXPECT_EQ(read_error_limit("0"), (run::error_limit{0, false}));
    EXPECT_EQ(read_error_limit("5%"), (run::error_limit{5, true}));
    EXPECT_EQ(read_error_limit("100%"), (run::error_limit{100, true}));
    for (const auto* text : {"", "%", "101%", "-1", "5 %", "5%%", "0.5%", "many"}) {
        EXPECT_EQ(read_error_limit(text), std::nullopt) << text;
    }
}

TEST(Values, ReadSizes) {
    EXPECT_EQ(read_size("65536"), 65536u);
    EXPECT_EQ(read_size("64KiB"), 65536u);
    EXPECT_EQ(read_size("4MiB"), 4u << 20);
    for (const auto* text : {"", "KiB", "4mib", "4MB", "4 MiB", "-4", "4096MiB", "4GiB"}) {
        EXPECT_EQ(read_size(text), std::nullopt) << text;
    }
}

TEST(Values, ReadCounts) {
    EXPECT_EQ(read_count("0"), 0u);
    EXPECT_EQ(read_count("18446744073709551615"), 18446744073709551615u);
    for (const auto* text : {"", "-1", "+1", "1 ", "1e3", "18446744073709551616", "x"}) {
        EXPECT_EQ(read_count(text), std::nullopt) << text;
    }
}

TEST(Nearest, IsWhatAMistypedWordMostLikelyStandsFor) {
    const std::vector<std::string> known = {"--concurrency", "--rate", "--run-dir", "--limit"};
    EXPECT_EQ(nearest("--concurency", known), "--concurrency");
    EXPECT_EQ(nearest("--rundir", known), "--run-dir");
    EXPECT_EQ(nearest("--rat", known), "--rate");
    EXPECT_EQ(nearest("--limit", known), "--limit");
    EXPECT_EQ(nearest("--something-else-altogether", known), std::nullopt);
    EXPECT_EQ(nearest("x", known), std::nullopt);
    EXPECT_EQ(nearest("--rate", {}), std::nullopt);
}

} // namespace
} // namespace noteload::cli
