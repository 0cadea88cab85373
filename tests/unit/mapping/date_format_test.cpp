#include "noteload/mapping/date_format.hpp"

#include <gmock/gmock.h>

#include <random>
#include <string>

namespace noteload::mapping {

inline void PrintTo(const parsed_date& p, std::ostream* out) {
    *out << "problem " << static_cast<int>(p.problem) << ", " << p.value;
}

namespace {

using ::testing::HasSubstr;

constexpr int pivot = 1950;

std::string read(std::string_view pattern, std::string_view text) {
    const auto got = date_format::compile(pattern).value().match(text, pivot);
    if (got.problem != date_problem::none) {
        return "problem " + std::to_string(static_cast<int>(got.problem));
    }
    date_buffer buffer;
    std::string out(write_date_time(got.value, buffer));
    if (got.value.offset) {
        out += " " + std::to_string(got.value.offset->count());
    }
    return out;
}

std::string problem(date_problem p) {
    return "problem " + std::to_string(static_cast<int>(p));
}

TEST(DateFormat, ReadsEachDirective) {
    struct {
        std::string_view pattern;
        std::string_view text;
        std::string_view expected;
    } const table[] = {
        {"iso", "2019-03-04 12:00", "2019-03-04T12:00:00"},
        {"ISO", "2019-03-04T12:00Z", "2019-03-04T12:00:00 0"},
        {"%Y-%m-%d", "2019-3-4", "2019-03-04"},
        {"%m/%d/%Y", "10/04/2017", "2017-10-04"},
        {"%m/%d/%Y", "10/4/2017", "2017-10-04"},
        {"%e.%m.%Y", "4.10.2017", "2017-10-04"},
        {"%m/%d/%y", "10/04/17", "2017-10-04"},
        {"%m/%d/%y", "10/04/50", "1950-10-04"},
        {"%m/%d/%y", "10/04/49", "2049-10-04"},
        {"%D", "10/04/99", "1999-10-04"},
        {"%F %T", "2019-03-04 01:02:03", "2019-03-04T01:02:03"},
        {"%F %R", "2019-03-04 1:02", "2019-03-04T01:02:00"},
        {"%F %H:%M:%S.%f", "2019-03-04 01:02:03.1234567", "2019-03-04T01:02:03"},
        {"%b %d, %Y", "Oct 4, 2017", "2017-10-04"},
        {"%B %d, %Y", "october 04, 2017", "2017-10-04"},
        {"%d %b %Y", "4 Sept 2017", "2017-09-04"},
        {"%d-%b-%Y", "04-MAY-2017", "2017-05-04"},
        {"%a, %d %b %Y", "Wed, 04 Oct 2017", "2017-10-04"},
        {"%A %F", "wednesday 2017-10-04", "2017-10-04"},
        {"%m/%d/%Y %I:%M %p", "10/04/2017 12:30 AM", "2017-10-04T00:30:00"},
        {"%m/%d/%Y %I:%M %p", "10/04/2017  12:30 pm", "2017-10-04T12:30:00"},
        {"%m/%d/%Y \t %R", "10/04/2017 12:30", "2017-10-04T12:30:00"},
        {"%m/%d/%Y %I:%M%p", "10/04/2017 3:05p.m.", "2017-10-04T15:05:00"},
        {"%F %H:%M %z", "2019-03-04 12:00 -0500", "2019-03-04T12:00:00 -300"},
        {"%F %H:%M%z", "2019-03-04 12:00+05:30", "2019-03-04T12:00:00 330"},
        {"%FT%TZ", "2019-03-04T12:00:00Z", "2019-03-04T12:00:00"},
        {"100%% %F", "100% 2019-03-04", "2019-03-04"},
        {"%F at %H", "2019-03-04 AT 7", "2019-03-04T07:00:00"},
        {"%m/%Y", "3/2009", "2009-03-01"},
        {"%Y", "2009", "2009-01-01"},
        {"%b %Y", "Mar 2009", "2009-03-01"},
        {"%Y%m%d", "20171004", "2017-10-04"},
        {"%m/%d/%Y", "02/29/2016", "2016-02-29"},
    };
    for (const auto& row : table) {
        EXPECT_EQ(read(row.pattern, row.text), row.expected) << row.pattern << " of " << row.text;
    }
}

TEST(DateFormat, ReadsNothingElse) {
    struct {
        std::string_view pattern;
        std::string_view text;
        date_problem expected;
    } const table[] = {
        {"%m/%d/%Y", "", date_problem::form},
        {"%m/%d/%Y", "10/04/17", date_problem::form},
        {"%m/%d/%Y", "10/04/20177", date_problem::form},
        {"%m/%d/%Y", "10/04/2017 ", date_problem::form},
        {"%m/%d/%Y", "10/04/2017 3:00", date_problem::form},
        {"%m/%d/%Y", "10-04-2017", date_problem::form},
        {"%m/%d/%Y", "+1/04/2017", date_problem::form},
        {"%m/%d/%Y", " 1/04/2017", date_problem::form},
        {"%m/%d/%Y", "13/04/2017", date_problem::calendar},
        {"%m/%d/%Y", "02/29/2017", date_problem::calendar},
        {"%m/%d/%Y", "00/01/2017", date_problem::calendar},
        {"%m/%d/%Y", "01/01/1752", date_problem::range},
        {"%m/%d/%y", "10/04/2017", date_problem::form},
        {"%d %b %Y", "4 Octo 2017", date_problem::form},
        {"%d %b %Y", "4 Okt 2017", date_problem::form},
        {"%a %F", "Thu 2017-10-04", date_problem::weekday},
        {"%F %H:%M", "2017-10-04 24:00", date_problem::clock},
        {"%F %H:%M", "2017-10-04 12:60", date_problem::clock},
        {"%F %H:%M", "2017-10-04 12:5", date_problem::form},
        {"%F %T", "2017-10-04 12:00:60", date_problem::clock},
        {"%F %I:%M %p", "2017-10-04 13:00 PM", date_problem::clock},
        {"%F %I:%M %p", "2017-10-04 00:00 AM", date_problem::clock},
        {"%F %I:%M %p", "2017-10-04 10:00", date_problem::form},
        {"%F %I:%M %p", "2017-10-04 10:00 xm", date_problem::form},
        {"%F %R%z", "2017-10-04 10:00+15:00", date_problem::offset},
        {"%F %R%z", "2017-10-04 10:00+05:99", date_problem::form},
        {"%F %R%z", "2017-10-04 10:00+5", date_problem::form},
        {"%F %R%z", "2047-10-04 10:00+05", date_problem::no_rules},
        {"%F %R", "2017-10-0410:00", date_problem::form},
    };
    for (const auto& row : table) {
        EXPECT_EQ(read(row.pattern, row.text), problem(row.expected))
            << row.pattern << " of " << row.text;
    }
}

TEST(DateFormat, SaysWhatIsWrongWithAPattern) {
    struct {
        std::string_view pattern;
        std::string_view says;
    } const table[] = {
        {"", "no year"},
        {"%m/%d", "no year"},
        {"%Q", "%Q, which"},
        {"%Y %", "stands for nothing"},
        {"%Y %d", "without a month"},
        {"%F %I", "%I and %p"},
        {"%F %p", "%I and %p"},
        {"%F %M", "without its hours"},
        {"%F %z", "without its hours"},
        {"%Y %m %H", "without a day"},
        {"%F %H:%S", "leaves out"},
        {"%F %Y", "one thing twice"},
        {"%Y %y %m %d", "one thing twice"},
        {"%F %H %I %p", "one thing twice"},
        {"%b %F", "one thing twice"},
    };
    for (const auto& row : table) {
        const auto made = date_format::compile(row.pattern);
        ASSERT_TRUE(made.has_error()) << row.pattern;
        EXPECT_THAT(made.error().message, HasSubstr(std::string(row.says))) << row.pattern;
    }
}

TEST(DateFormat, ExchangesMonthAndDayWhereBothAreFigures) {
    const auto format = date_format::compile("%m/%d/%Y").value();
    EXPECT_EQ(format.exchanged(), date_format::compile("%d/%m/%Y").value());
    EXPECT_FALSE(date_format::compile("%b %d %Y").value().exchanged());
    EXPECT_FALSE(date_format::compile("%m/%Y").value().exchanged());
    EXPECT_FALSE(date_format::compile("iso").value().exchanged());
}

TEST(DateFormat, ReadsWhatAnyDateIsWrittenAs) {
    const auto seed = 11u;
    std::mt19937 random(seed);
    const auto american = date_format::compile("%m/%d/%Y %I:%M:%S %p").value();
    for (int i = 0; i < 20000; ++i) {
        const date::local_seconds clock{date::local_days{date::year{1753} / 1 / 1} +
                                        std::chrono::seconds(random() % (8000ull * 365 * 86400))};
        const auto day = date::floor<date::days>(clock);
        const date::year_month_day ymd{day};
        const date::hh_mm_ss time{clock - day};
        const auto hour = time.hours().count();
        char text[64];
        std::snprintf(text, sizeof text, "%u/%02u/%04d %d:%02d:%02d %s",
                      static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                      static_cast<int>(ymd.year()),
                      static_cast<int>(hour % 12 == 0 ? 12 : hour % 12),
                      static_cast<int>(time.minutes().count()),
                      static_cast<int>(time.seconds().count()), hour < 12 ? "AM" : "pm");
        const auto got = american.match(text, pivot);
        ASSERT_EQ(got.problem, date_problem::none) << text << ", seed " << seed;
        ASSERT_EQ(got.value.clock, clock) << text << ", seed " << seed;
    }
}

TEST(PartialDate, IsAYearOrAMonth) {
    date_buffer buffer;
    EXPECT_EQ(write_date_time(parse_partial_date("2009").value, buffer), "2009-01-01");
    EXPECT_EQ(write_date_time(parse_partial_date("2009-03").value, buffer), "2009-03-01");
    for (const auto* other :
         {"", "209", "20091", "2009-", "2009-3", "2009-033", "2009/03", "2009-03-04"}) {
        EXPECT_EQ(parse_partial_date(other).problem, date_problem::form) << other;
    }
    EXPECT_EQ(parse_partial_date("2009-13").problem, date_problem::calendar);
    EXPECT_EQ(parse_partial_date("1009").problem, date_problem::range);
}

class Zones : public ::testing::Test {
protected:
    static parsed_date from(const char* zone, const char* text, const char* to) {
        return from_zone(parse_date_time(text).value, *find_zone(zone),
                         to == nullptr ? nullptr : find_zone(to));
    }
    static std::string read(const char* zone, const char* text, const char* to) {
        const auto got = from(zone, text, to);
        date_buffer buffer;
        return got.problem == date_problem::none ? std::string(write_date_time(got.value, buffer))
                                                 : problem(got.problem);
    }
};

TEST_F(Zones, AreBroughtToTheOrganisations) {
    EXPECT_EQ(read("America/New_York", "2019-07-04T12:00", "US/Arizona"), "2019-07-04T09:00:00");
    EXPECT_EQ(read("America/New_York", "2019-01-04T01:00", "US/Arizona"), "2019-01-03T23:00:00");
    EXPECT_EQ(read("Asia/Kolkata", "2019-01-04T01:00", "Europe/London"), "2019-01-03T19:30:00");
    EXPECT_EQ(read("US/Arizona", "2019-07-04T12:00", "US/Arizona"), "2019-07-04T12:00:00");
    EXPECT_EQ(read("America/New_York", "2019-07-04T12:00", nullptr), "2019-07-04T12:00:00");
}

TEST_F(Zones, HaveGapsThatNoClockShowed) {
    for (const auto* to : {"US/Arizona", "America/New_York", static_cast<const char*>(nullptr)}) {
        EXPECT_EQ(read("America/New_York", "2019-03-10T02:30", to), problem(date_problem::gap));
    }
    EXPECT_EQ(read("America/New_York", "2019-03-10T01:59:59", "UTC"), "2019-03-10T06:59:59");
    EXPECT_EQ(read("America/New_York", "2019-03-10T03:00", "UTC"), "2019-03-10T07:00:00");
}

TEST_F(Zones, HaveTimesThatTheClocksShowedTwice) {
    EXPECT_EQ(read("America/New_York", "2019-11-03T01:30", "US/Arizona"),
              problem(date_problem::twice));
    EXPECT_EQ(read("America/New_York", "2019-11-03T00:59:59", "UTC"), "2019-11-03T04:59:59");
    EXPECT_EQ(read("America/New_York", "2019-11-03T02:00", "UTC"), "2019-11-03T07:00:00");
    // Where the organisation's clocks were put back at the same instant, there is nothing to guess.
    EXPECT_EQ(read("America/New_York", "2019-11-03T01:30", "America/New_York"),
              "2019-11-03T01:30:00");
    EXPECT_EQ(read("America/New_York", "2019-11-03T01:30", "US/Eastern"), "2019-11-03T01:30:00");
    EXPECT_EQ(read("America/New_York", "2019-11-03T01:30", nullptr), "2019-11-03T01:30:00");
}

TEST_F(Zones, AreNotGuessedBeyondTheirRules) {
    EXPECT_EQ(read("America/New_York", "1890-11-03T01:30", "US/Arizona"),
              problem(date_problem::no_rules));
    EXPECT_EQ(read("America/New_York", "2040-07-03T01:30", "US/Arizona"),
              problem(date_problem::no_rules));
    EXPECT_EQ(read("America/New_York", "2040-07-03T01:30", "America/New_York"),
              "2040-07-03T01:30:00");
}

} // namespace
} // namespace noteload::mapping
