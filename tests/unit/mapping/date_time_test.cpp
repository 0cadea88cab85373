#include "noteload/mapping/date_time.hpp"

#include <date/tz.h>
#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

namespace noteload::mapping {

static void PrintTo(date_problem p, std::ostream* out) {
    *out << "problem " << static_cast<int>(p) << ": " << explain(p, "…");
}

namespace {

using ::testing::HasSubstr;

/// What is sent for `text` where the organisation lives in `zone`; `!` where it is none.
std::string sent(std::string_view text, const std::string& zone = "UTC") {
    const auto parsed = parse_date_time(text);
    if (parsed.problem != date_problem::none) {
        return "!";
    }
    date_buffer buffer;
    return std::string(write_date_time(in_zone(parsed.value, *find_zone(zone)), buffer));
}

TEST(DateTime, TakesWhatTheGrammarTakes) {
    struct {
        std::string_view text;
        std::string_view expected;
    } const table[] = {
        {"2019-03-04", "2019-03-04"},
        {"2020-02-29", "2020-02-29"},
        {"2000-02-29", "2000-02-29"},
        {"1753-01-01", "1753-01-01"},
        {"9999-12-31", "9999-12-31"},
        {"9999-12-31T23:59:59", "9999-12-31T23:59:59"},
        {"2019-03-04T12:00", "2019-03-04T12:00:00"},
        {"2019-03-04 12:00", "2019-03-04T12:00:00"},
        {"2019-03-04 00:00:00", "2019-03-04T00:00:00"},
        {"2019-03-04T23:59:59.9999999", "2019-03-04T23:59:59"},
        {"2019-03-04T12:00:00.1", "2019-03-04T12:00:00"},
        {"2019-03-04T12:00:00Z", "2019-03-04T12:00:00"},
        {"2019-03-04T12:00Z", "2019-03-04T12:00:00"},
        {"2019-03-04T12:00:00.123Z", "2019-03-04T12:00:00"},
        {"2019-03-04T12:00:00+01:00", "2019-03-04T11:00:00"},
        {"2019-03-04 12:00:00+0530", "2019-03-04T06:30:00"},
        {"2019-03-04 12:00:00-05", "2019-03-04T17:00:00"},
        {"2019-03-04 12:00-05", "2019-03-04T17:00:00"},
        {"2019-03-04T12:00:00-00:00", "2019-03-04T12:00:00"},
        {"2019-12-31T23:30:00-14:00", "2020-01-01T13:30:00"},
        {"1900-01-01T00:00:00Z", "1900-01-01T00:00:00"},
        {"2037-12-31T23:59:59Z", "2037-12-31T23:59:59"},
    };
    for (const auto& row : table) {
        EXPECT_EQ(sent(row.text), row.expected) << row.text;
    }
}

TEST(DateTime, RefusesEverythingElseAndSaysWhy) {
    struct {
        std::string_view text;
        date_problem expected;
    } const table[] = {
        {"", date_problem::form},
        {"4/10/2017", date_problem::form},
        {"10.04.2017", date_problem::form},
        {"2017/10/04", date_problem::form},
        {"20171004", date_problem::form},
        {"2017-10", date_problem::form},
        {"2017", date_problem::form},
        {"17-10-04", date_problem::form},
        {"2017-1-4", date_problem::form},
        {"+2017-10-04", date_problem::form},
        {"-2017-10-04", date_problem::form},
        {"12017-10-04", date_problem::form},
        {"2017-10-04T", date_problem::form},
        {"2017-10-04 ", date_problem::form},
        {"2017-10-04Z", date_problem::form},
        {"2017-10-04+01:00", date_problem::form},
        {"2017-10-04T12", date_problem::form},
        {"2017-10-04T12:0", date_problem::form},
        {"2017-10-04T1:00", date_problem::form},
        {"2017-10-04T12:00:", date_problem::form},
        {"2017-10-04T12:00:00.", date_problem::form},
        {"2017-10-04T12:00:00,5", date_problem::form},
        {"2017-10-04T12:00.5", date_problem::form},
        {"2017-10-04T12:00:00 PM", date_problem::form},
        {"2017-10-04T12:00:00 Z", date_problem::form},
        {"2017-10-04T12:00:00ZZ", date_problem::form},
        {"2017-10-04T12:00:00+", date_problem::form},
        {"2017-10-04T12:00:00+1", date_problem::form},
        {"2017-10-04T12:00:00+01:", date_problem::form},
        {"2017-10-04T12:00:00+01:3", date_problem::form},
        {"2017-10-04T12:00:00+01:300", date_problem::form},
        {"2017-10-04t12:00:00z", date_problem::form},
        {"2017-10-04  12:00", date_problem::form},
        {"October 4, 2017", date_problem::form},
        {"43012", date_problem::form},
        {"2017-10-04\xC2\xA0", date_problem::form},
        {"2023-02-29", date_problem::calendar},
        {"1900-02-29", date_problem::calendar},
        {"2017-04-31", date_problem::calendar},
        {"2017-13-01", date_problem::calendar},
        {"2017-00-10", date_problem::calendar},
        {"2017-10-00", date_problem::calendar},
        {"2017-10-04T24:00:00", date_problem::clock},
        {"2017-10-04T12:60:00", date_problem::clock},
        {"2017-10-04T12:00:60", date_problem::clock},
        {"2017-10-04T12:00:00+14:01", date_problem::offset},
        {"2017-10-04T12:00:00-15", date_problem::offset},
        {"2017-10-04T12:00:00+01:60", date_problem::offset},
        {"1752-12-31", date_problem::range},
        {"0001-01-01T00:00:00Z", date_problem::range},
        {"0000-01-01", date_problem::range},
        {"1899-12-31T23:59:59Z", date_problem::no_rules},
        {"2038-01-01T00:00:00+05:00", date_problem::no_rules},
    };
    for (const auto& row : table) {
        EXPECT_EQ(parse_date_time(row.text).problem, row.expected) << row.text;
        EXPECT_THAT(explain(row.expected, row.text), HasSubstr("\" ")) << row.text;
    }
    EXPECT_THAT(explain(date_problem::form, "4/10/2017"),
                HasSubstr("\"4/10/2017\" is not of the form 2017-10-04"));
}

TEST(DateTime, ConvertsAnOffsetAcrossDaylightSavingTime) {
    struct {
        std::string_view text;
        std::string zone;
        std::string_view expected;
    } const table[] = {
        {"2024-01-15T12:00:00Z", "America/New_York", "2024-01-15T07:00:00"},
        {"2024-07-15T12:00:00Z", "America/New_York", "2024-07-15T08:00:00"},
        // Forward on 10 March 2024 at 07:00 UTC, back on 3 November at 06:00 UTC.
        {"2024-03-10T06:59:59Z", "America/New_York", "2024-03-10T01:59:59"},
        {"2024-03-10T07:00:00Z", "America/New_York", "2024-03-10T03:00:00"},
        {"2024-11-03T05:59:59Z", "America/New_York", "2024-11-03T01:59:59"},
        {"2024-11-03T06:00:00Z", "America/New_York", "2024-11-03T01:00:00"},
        {"2037-07-01T12:00:00Z", "America/New_York", "2037-07-01T08:00:00"},
        {"1974-02-01T12:00:00Z", "America/New_York", "1974-02-01T08:00:00"},
        // Arizona knows no daylight saving time.
        {"2024-01-15T12:00:00Z", "US/Arizona", "2024-01-15T05:00:00"},
        {"2024-07-15T12:00:00Z", "US/Arizona", "2024-07-15T05:00:00"},
        {"2019-03-04T00:00:00Z", "US/Arizona", "2019-03-03T17:00:00"},
        {"2024-07-15T12:00:00-04:00", "US/Arizona", "2024-07-15T09:00:00"},
        {"2020-01-01T01:30:00+05:30", "US/Arizona", "2019-12-31T13:00:00"},
        // Its own offset: nothing changes.
        {"2024-07-15T12:00:00-07:00", "US/Arizona", "2024-07-15T12:00:00"},
        // Without an offset: local already, in summer as in winter, even in the hour that was not.
        {"2024-07-15T12:00:00", "America/New_York", "2024-07-15T12:00:00"},
        {"2024-03-10T02:30:00", "America/New_York", "2024-03-10T02:30:00"},
        {"2024-07-15", "America/New_York", "2024-07-15"},
    };
    for (const auto& row : table) {
        EXPECT_EQ(sent(row.text, row.zone), row.expected) << row.text << " in " << row.zone;
    }
}

TEST(DateTime, KnowsZonesByTheirIanaNamesAlone) {
    for (const auto* name : {"US/Arizona", "America/New_York", "Etc/UTC", "Pacific/Honolulu"}) {
        EXPECT_NE(find_zone(name), nullptr) << name;
    }
    for (const auto* name : {"", "Mars/Olympus", "us/arizona", "../../etc/passwd", "zone.tab",
                             "US Mountain Standard Time"}) {
        EXPECT_EQ(find_zone(name), nullptr) << name;
    }
}

class RandomDates : public ::testing::Test {
protected:
    static constexpr unsigned seed = 20171004;

    void SetUp() override { RecordProperty("seed", static_cast<int>(seed)); }

    std::int64_t pick(std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
    }

    date::local_seconds moment(int first_year, int last_year) {
        const date::local_seconds from = date::local_days{date::year{first_year} / 1 / 1};
        const date::local_seconds end = date::local_days{date::year{last_year + 1} / 1 / 1};
        return date::local_seconds{std::chrono::seconds{
            pick(from.time_since_epoch().count(), end.time_since_epoch().count() - 1)}};
    }

    std::mt19937 random_{seed};
};

TEST_F(RandomDates, AreReadBackAsTheyWereWritten) {
    for (int i = 0; i < 20'000; ++i) {
        date_time value{.clock = moment(1753, 9999), .has_time = pick(0, 1) == 1, .offset = {}};
        if (!value.has_time) {
            value.clock = date::floor<date::days>(value.clock);
        }
        date_buffer buffer;
        const auto text = write_date_time(value, buffer);
        const auto parsed = parse_date_time(text);
        ASSERT_EQ(parsed.problem, date_problem::none) << text << ", seed " << seed;
        ASSERT_EQ(parsed.value, value) << text << ", seed " << seed;
    }
}

TEST_F(RandomDates, MeanTheSameInstantAfterConversion) {
    const auto& zone = *find_zone("America/New_York");
    for (int i = 0; i < 20'000; ++i) {
        const date_time value{.clock = moment(1900, 2037),
                              .has_time = true,
                              .offset = std::chrono::minutes{pick(-840, 840)}};
        const date::sys_seconds instant{value.clock.time_since_epoch() - *value.offset};
        const auto local = in_zone(value, zone);
        ASSERT_FALSE(local.offset);
        // Where the clock went back an hour there are two instants for one wall time.
        const auto info = zone.get_info(local.clock);
        const auto off = local.clock.time_since_epoch() - instant.time_since_epoch();
        ASSERT_TRUE(off == info.first.offset || off == info.second.offset)
            << value << ", seed " << seed;
    }
}

TEST_F(RandomDates, WithBytesChangedAreRefusedOrMeanWhatTheySay) {
    const std::string letters = "0123456789-:T Z+./\xC2";
    for (int i = 0; i < 100'000; ++i) {
        std::string text = "2019-03-04T12:34:56.7+01:00";
        text.resize(static_cast<std::size_t>(pick(8, static_cast<std::int64_t>(text.size()))));
        for (auto changes = pick(1, 3); changes > 0; --changes) {
            const auto at = pick(0, static_cast<std::int64_t>(text.size()) - 1);
            const auto with = pick(0, static_cast<std::int64_t>(letters.size()) - 1);
            text[static_cast<std::size_t>(at)] = letters[static_cast<std::size_t>(with)];
        }
        const auto parsed = parse_date_time(text);
        if (parsed.problem != date_problem::none) {
            continue;
        }
        date_buffer buffer;
        const auto written = std::string(write_date_time(parsed.value, buffer));
        auto start = text.substr(0, std::min(text.size(), written.size()));
        if (start.size() > 10) {
            start[10] = 'T';
        }
        // Either the day alone, or day, hour and minute (seconds may have been left out).
        ASSERT_EQ(written.substr(0, 16), start.substr(0, 16)) << text << ", seed " << seed;
    }
}

} // namespace
} // namespace noteload::mapping
