#include "noteload/run/wait_clock.hpp"

#include <gmock/gmock.h>

#include "support/printers.hpp"

namespace noteload::run {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const steady_clock::time_point start{};

ledger::log_event event(std::string what, std::string why) {
    ledger::log_event e;
    e.what = std::move(what);
    e.why = std::move(why);
    return e;
}

TEST(WaitClock, AddsUpPausesByTheirReason) {
    wait_clock c;
    EXPECT_THAT(c.waited(start), IsEmpty());
    c.told(event("paused", "quota"), start + 1s);
    c.told(event("paused", "server_failing"), start + 2s);
    c.told(event("going_on", "quota"), start + 4s);
    c.told(event("paused", "quota"), start + 10s);
    EXPECT_THAT(c.waited(start + 11s),
                UnorderedElementsAre(Pair("quota", 4s), Pair("server_failing", 9s)));
}

TEST(WaitClock, AddsItsWaitsToWhatARunWentThrough) {
    wait_clock c;
    c.told(event("paused", "quota"), start);
    c.told(event("going_on", "quota"), start + 1500ms);
    c.told(event("paused", "quota"), start + 2s);
    c.told(event("paused", "server_failing"), start + 2s);
    c.told(event("paused", "server_failing"), start + 3s);
    went_through met{.quota_pauses = 1, .outage_ms = 10};
    c.add_to(met, start + 4s);
    EXPECT_EQ(met, (went_through{
                       .quota_pauses = 3, .quota_wait_ms = 3500, .outages = 1, .outage_ms = 2010}));
}

TEST(WaitClock, TakesNoOtherEventForAPause) {
    wait_clock c;
    c.told(event("going_on", "quota"), start + 1s);
    c.told(event("resumed", ""), start + 2s);
    c.told(event("stopped", "signal"), start + 3s);
    EXPECT_THAT(c.waited(start + 9s), IsEmpty());
}

} // namespace
} // namespace noteload::run
