#include "noteload/report/met_words.hpp"

#include <gmock/gmock.h>

#include <string>

namespace noteload::report {
namespace {

using ::testing::HasSubstr;

std::string words(went_through met, std::uint64_t processes = 1) {
    met.processes = 1;
    run_facts facts;
    facts.met = std::move(met);
    facts.processes = processes;
    return met_words(facts);
}

TEST(MetWords, AreNoneWhereAllWentSmoothly) {
    EXPECT_EQ(words({.connections = 8, .requests = {{200, 400}, {404, 3}}}), "");
    EXPECT_EQ(words({.connections = 8, .requests = {{200, 9}}}, 2), "") << "one was killed";
}

TEST(MetWords, SayHowLongItWaitedAndForWhat) {
    EXPECT_EQ(words({.quota_pauses = 2, .quota_wait_ms = 720'000}),
              "Waited 12 min for the quota.\n");
    EXPECT_EQ(
        words({.quota_pauses = 2, .quota_wait_ms = 720'000, .outages = 1, .outage_ms = 179'001}),
        "Waited 12 min for the quota and 3 min for the server, which failed.\n");
}

TEST(MetWords, SayWhatFailedAndWhatWasSentAgain) {
    EXPECT_EQ(words({.sent_again = 57,
                     .no_connection = 4,
                     .timed_out = 12,
                     .requests = {{0, 12}, {200, 1210}, {503, 29}}}),
              "Of 1,255 requests, 4 found no connection, 12 had no answer in time and 29 were "
              "answered with an error of the server's own.\n57 rows were sent again.\n");
    EXPECT_EQ(words({.sent_again = 1, .lost = 1, .requests = {{0, 1}, {200, 1}}}),
              "Of 2 requests, 1 lost its connection.\n1 row was sent again.\n");
}

TEST(MetWords, SayWhatElseWasOutOfTheOrdinary) {
    EXPECT_EQ(words({.requests = {{429, 1}}}), "1 request was refused for want of quota (429).\n");
    EXPECT_EQ(words({.slow_answers = 2, .requests = {{200, 4}}}),
              "2 answers took longer than a second.\n");
    EXPECT_EQ(words({.connections = 401, .requests = {{200, 401}}}),
              "The server closes its connections early: 401 were opened.\n");
    EXPECT_THAT(words({.tokens_replaced = 1}), HasSubstr("token was replaced"));
    EXPECT_THAT(words({.repeated_ids = 2}),
                HasSubstr("2 rows were answered with the id of a note that another row had"));
}

TEST(MetWords, SayWhatTheyDoNotCover) {
    EXPECT_EQ(words({.slow_answers = 2}, 2),
              "2 answers took longer than a second.\n"
              "(Without what 1 process of this run met, which did not come to its end.)\n");
}

} // namespace
} // namespace noteload::report
