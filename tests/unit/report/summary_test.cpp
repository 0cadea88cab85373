#include "noteload/report/summary.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <string>
#include <vector>

#include "support/printers.hpp"

namespace noteload::report {
namespace {

using std::chrono::milliseconds;
using ::testing::SizeIs;

settled_row row(std::uint64_t n, outcome what, std::vector<fault> faults = {}) {
    settled_row r;
    r.at = {.file = 0, .row = n, .line = n + 1, .byte = 0, .size = 0};
    r.what = what;
    r.faults = std::move(faults);
    return r;
}

TEST(Summary, CountsOutcomes) {
    summary s;
    s.set_read(4);
    s.add(row(1, outcome::created));
    s.add(row(2, outcome::created));
    s.add(row(3, outcome::invalid, {{reason::bad_date, "d"}}));
    EXPECT_FALSE(s.counts().balanced());
    s.add(row(4, outcome::in_doubt, {{reason::timeout, "t"}}));
    EXPECT_TRUE(s.counts().balanced());
    EXPECT_EQ(s.counts()[outcome::created], 2u);
    EXPECT_EQ(s.counts()[outcome::invalid], 1u);
    EXPECT_EQ(s.counts()[outcome::in_doubt], 1u);
}

TEST(Summary, GroupsByReasonWithTheFirstPlaces) {
    summary s;
    for (std::uint64_t n = 1; n <= 5; ++n) {
        s.add(row(n, outcome::invalid, {{reason::bad_date, "detail " + std::to_string(n)}}));
    }
    ASSERT_THAT(s.groups(), SizeIs(1));
    const auto& group = s.groups().at(reason::bad_date);
    EXPECT_EQ(group.rows, 5u);
    ASSERT_THAT(group.first, SizeIs(3));
    EXPECT_EQ(group.first[0].row, 1u);
    EXPECT_EQ(group.first[2].row, 3u);
    EXPECT_EQ(group.example, "detail 1");
}

TEST(Summary, CountsARowUnderEachOfItsReasons) {
    summary s;
    s.add(row(1, outcome::invalid, {{reason::bad_date, "a"}, {reason::missing_note, "b"}}));
    EXPECT_EQ(s.counts().settled(), 1u);
    EXPECT_EQ(s.groups().at(reason::bad_date).rows, 1u);
    EXPECT_EQ(s.groups().at(reason::missing_note).rows, 1u);
}

TEST(Summary, CountsARowUnderAReasonOnceHoweverManyRowsCameBefore) {
    summary s;
    for (std::uint64_t n = 1; n <= 6; ++n) {
        s.add(row(n, outcome::invalid,
                  {{reason::duplicate_field, "type"}, {reason::duplicate_field, "note"}}));
    }
    EXPECT_EQ(s.groups().at(reason::duplicate_field).rows, 6u);
}

TEST(SummaryJson, HoldsCountsTimesRatesAndReasons) {
    summary s;
    s.set_read(3);
    s.add(row(1, outcome::created));
    s.add(row(2, outcome::refused, {{reason::not_found, "say \"no\""}}));
    s.add(row(3, outcome::invalid, {{reason::bad_date, "d"}}));
    const std::chrono::system_clock::time_point began{milliseconds(1795492452345)};
    const auto text = summary_json(s, {.run = "notes-1",
                                       .organization = "Good \"Works\"",
                                       .base_url = "https://a",
                                       .inputs = {"/a.csv", "-"},
                                       .started = began,
                                       .ended = began + milliseconds(500),
                                       .exit_code = 1,
                                       .stopped_by = "",
                                       .finished = true});
    EXPECT_TRUE(text.ends_with("}\n"));
    const auto json = boost::json::parse(text).as_object();
    EXPECT_EQ(json.at("run"), "notes-1");
    EXPECT_EQ(json.at("organization"), "Good \"Works\"");
    EXPECT_EQ(json.at("inputs"), (boost::json::array{"/a.csv", "-"}));
    EXPECT_EQ(json.at("started"), "2026-11-24T03:54:12.345Z");
    EXPECT_EQ(json.at("ended"), "2026-11-24T03:54:12.845Z");
    EXPECT_DOUBLE_EQ(json.at("seconds").to_number<double>(), 0.5);
    EXPECT_DOUBLE_EQ(json.at("rows_per_second").to_number<double>(), 4.0) << "sent rows alone";
    EXPECT_EQ(json.at("finished"), true);
    EXPECT_EQ(json.at("exit_code"), 1);
    const auto& counts = json.at("counts").as_object();
    EXPECT_EQ(counts.at("read"), 3);
    EXPECT_EQ(counts.at("created"), 1);
    EXPECT_EQ(counts.at("not_attempted"), 0);
    EXPECT_EQ(counts.size(), outcome_count + 1);
    const auto& reasons = json.at("reasons").as_array();
    ASSERT_EQ(reasons.size(), 2u);
    EXPECT_EQ(reasons[1].at("reason"), "not_found");
    EXPECT_EQ(reasons[1].at("rows"), 1);
    EXPECT_EQ(reasons[1].at("example"), "say \"no\"");
    EXPECT_EQ(reasons[1].at("first"),
              (boost::json::array{boost::json::object{{"file", 0}, {"row", 2}, {"line", 3}}}));
}

TEST(SummaryJson, TellsWhatTheRunWentThrough) {
    run_facts facts;
    facts.met = {.processes = 2, .outages = 1, .outage_ms = 1500, .requests = {{0, 1}, {200, 7}}};
    facts.processes = 3;
    const auto text = summary_json({}, facts);
    const auto met = boost::json::parse(text).at("went_through").as_object();
    EXPECT_EQ(met.at("outages"), 1);
    EXPECT_EQ(met.at("outage_ms"), 1500);
    EXPECT_EQ(met.at("untold_processes"), 1);
    EXPECT_EQ(met.at("requests"), (boost::json::object{{"0", 1}, {"200", 7}}));
    EXPECT_EQ(met.size(), went_through_counters.size() + 2);
}

TEST(SummaryJson, IsJsonForARunWithoutTimeOrRows) {
    const auto json = boost::json::parse(summary_json({}, {})).as_object();
    EXPECT_EQ(json.at("rows_per_second").to_number<double>(), 0);
    EXPECT_EQ(json.at("reasons").as_array().size(), 0u);
}

} // namespace
} // namespace noteload::report
