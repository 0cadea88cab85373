#include "noteload/cli/metrics.hpp"

#include <sys/stat.h>

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/temp_folder.hpp"

namespace noteload::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

metrics of_a_run() {
    metrics m;
    m.started = system_clock::time_point(1'764'000'000s);
    m.now = m.started + 90'500ms;
    m.at.rows.read = 12;
    m.at.rows[outcome::created] = 9;
    m.at.rows[outcome::in_doubt] = 1;
    m.at.in_flight = 3;
    m.at.traffic.met.requests = {{0, 1}, {200, 11}, {429, 2}};
    m.at.traffic.quota = delivery::limiter::state{
        1500, 700, 150, std::chrono::sys_seconds(std::chrono::seconds(1'764'003'600))};
    m.at.waited = {{"quota", 30s}};
    return m;
}

TEST(Metrics, TellARunThatGoesOn) {
    const auto text = metrics_text(of_a_run());
    for (const auto* line : {
             "# TYPE noteload_rows gauge\n",
             "noteload_rows_read 12\n",
             "noteload_rows{outcome=\"created\"} 9\n",
             "noteload_rows{outcome=\"refused\"} 0\n",
             "noteload_requests{status=\"0\"} 1\n",
             "noteload_requests{status=\"429\"} 2\n",
             "noteload_waited_seconds{reason=\"quota\"} 30\n",
             "noteload_waited_seconds{reason=\"server_failing\"} 0\n",
             "noteload_quota_remaining 700\n",
             "noteload_quota_reserve 150\n",
             "noteload_quota_resets_timestamp_seconds 1764003600\n",
             "noteload_running 1\n",
             "noteload_duration_seconds 90.5\n",
             "noteload_started_timestamp_seconds 1764000000\n",
         }) {
        EXPECT_THAT(text, HasSubstr(line));
    }
    EXPECT_THAT(text, AllOf(Not(HasSubstr("noteload_exit_code")), Not(HasSubstr("success"))));
}

TEST(Metrics, TellNoQuotaThatIsNotKnown) {
    EXPECT_THAT(metrics_text({}), Not(HasSubstr("quota_remaining")));
}

TEST(Metrics, TellTheLastSuccessUntilTheNext) {
    auto m = of_a_run();
    m.exit_code = 0;
    const auto good = metrics_text(m);
    EXPECT_THAT(good,
                AllOf(HasSubstr("noteload_running 0\n"), HasSubstr("noteload_exit_code 0\n")));
    EXPECT_EQ(last_success_of(good), m.now);
    for (const int code : {1, 6}) {
        auto later = of_a_run();
        later.now += 24h;
        later.exit_code = code;
        later.last_success = last_success_of(good);
        EXPECT_EQ(last_success_of(metrics_text(later)), m.now) << code;
    }
}

TEST(Metrics, TakeNoOtherTextForASuccess) {
    for (const auto* text : {"", "noteload_last_success_timestamp_seconds", "x",
                             "\nnoteload_last_success_timestamp_seconds nan\n",
                             "\nnoteload_last_success_timestamp_seconds -1\n",
                             "\nnoteload_last_success_timestamp_seconds 1e300\n"}) {
        EXPECT_EQ(last_success_of(text), std::nullopt) << text;
    }
}

TEST(MetricsFile, IsReplacedAsAWhole) {
    const test::temp_folder folder;
    const auto path = folder / "noteload.prom";
    EXPECT_TRUE(write_metrics(path, "first\n"));
    EXPECT_TRUE(write_metrics(path, "second\n"));
    std::ifstream in(path);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "second\n");
    struct stat s {};
    ASSERT_EQ(::stat(path.c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777u, 0644u);
    EXPECT_FALSE(write_metrics(folder / "gone/noteload.prom", "x"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

} // namespace
} // namespace noteload::cli
