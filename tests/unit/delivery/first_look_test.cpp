#include <gmock/gmock.h>

#include "exchange_fixture.hpp"
#include "noteload/delivery/budget_file.hpp"
#include "support/printers.hpp"

namespace noteload::delivery {
namespace {

using test::answer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const auto organization_answer =
    answer(200, R"({"organizationName":"Good","organizationTimeZone":"US/Arizona"})",
           "Date: Tue, 24 Nov 2026 03:54:12 GMT\r\n");
const auto types_answer = answer(200, R"({"Call":"Call","General":"General"})");

class FirstLook : public ExchangeTest {
protected:
    void SetUp() override { serve(); }
    result<first_look> look() {
        const auto s = server_at(far_->url(), long_enough);
        return test::run_task(on_, look_first(on_, s));
    }
    failure look_in_vain() {
        auto seen = look();
        EXPECT_FALSE(seen);
        return seen ? failure{} : seen.error();
    }
};

TEST_F(FirstLook, ReadsTheOrganisationAndItsTypes) {
    far_->play({{organization_answer, types_answer}});
    const auto seen = look();
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(seen->who, (organization{"Good", "US/Arizona", true}));
    EXPECT_THAT(seen->types, ElementsAre("Call", "General"));
    EXPECT_EQ(seen->server_time.time_since_epoch(), std::chrono::seconds(1795492452));
    EXPECT_THAT(far_->requests(), ElementsAre(StartsWith("GET /api/Organization/Current HTTP/1.1"),
                                              StartsWith("GET /api/ContactNote/Types HTTP/1.1")));
    EXPECT_EQ(far_->connections(), 1);
}

TEST_F(FirstLook, TriesAgainWhatMayPass) {
    far_->play(
        {{answer(503, ""), organization_answer, test::reset_after_reading()}, {types_answer}});
    EXPECT_TRUE(look());
}

TEST_F(FirstLook, WaitsForTheQuota) {
    far_->play({{answer(429, "", "Retry-After: 0\r\n"), organization_answer, types_answer}});
    EXPECT_TRUE(look());
}

TEST_F(FirstLook, TellsOtherProcessesOfTheQuota) {
    const auto fields =
        "X-RateLimit-Limit: 100\r\nX-RateLimit-Remaining: 41\r\n"
        "X-RateLimit-Reset: 4102444800\r\n"
        "Date: Thu, 31 Dec 2099 23:30:00 GMT\r\n";
    far_->play({{organization_answer, answer(200, R"({"Call":"Call"})", fields)}});
    auto s = server_at(far_->url(), long_enough);
    s.budget_file = folder_ / "budget";
    ASSERT_TRUE(test::run_task(on_, look_first(on_, s)));
    budget_file(s.budget_file).update([](shared_budget& b) {
        ASSERT_NE(b.find(""), nullptr);
        EXPECT_EQ(b.find("")->remaining, 41);
        ASSERT_EQ(b.shares.size(), 1u);
        EXPECT_EQ(b.shares[0].out, 0) << "both are answered";
    });
}

TEST_F(FirstLook, FailsAtOnceWhereTryingAgainIsUseless) {
    struct {
        test::action what;
        errc expected;
    } const table[] = {
        {answer(401, ""), errc::token},
        {answer(403, "{}"), errc::permission},
        {answer(403, "<html>"), errc::protocol},
        {answer(302, "", "Location: /login\r\n"), errc::protocol},
        {answer(404, "<html>"), errc::protocol},
        {answer(200, "<html>welcome</html>"), errc::protocol},
        {answer(200, "{}"), errc::protocol},
    };
    for (const auto& row : table) {
        serve();
        far_->play({{row.what}});
        EXPECT_EQ(look_in_vain().code, row.expected);
        EXPECT_EQ(far_->requests().size(), 1u);
    }
}

TEST_F(FirstLook, NeedsTypes) {
    for (const auto* body : {"{}", "[]", "<html>"}) {
        serve();
        far_->play({{organization_answer, answer(200, body)}});
        const auto why = look_in_vain();
        EXPECT_EQ(why.code, errc::protocol);
        EXPECT_THAT(why.message, HasSubstr("note types"));
    }
}

TEST_F(FirstLook, GivesUpAServerThatIsNotThereAfterAFewTries) {
    far_->stop_listening();
    const auto why = look_in_vain();
    EXPECT_EQ(why.code, errc::unreachable);
    EXPECT_THAT(why.message, HasSubstr("--base-url"));
}

TEST_F(FirstLook, FailsAtACertificate) {
    serve_as(authority_.issue("DNS:other.example"));
    EXPECT_EQ(look_in_vain().code, errc::certificate);
}

} // namespace
} // namespace noteload::delivery
