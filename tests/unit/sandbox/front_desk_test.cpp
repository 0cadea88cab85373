#include "noteload/sandbox/front_desk.hpp"

#include <gmock/gmock.h>

#include "support/sandbox_desk.hpp"

namespace noteload::sandbox {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

settings with_fault(const std::string& rule) {
    settings how;
    how.trouble.rules.push_back(parse_fault_rule(rule).value());
    return how;
}

TEST(FrontDesk, LetsInOneTokenAfterOneBlank) {
    asked_desk desk;
    for (const char* bad :
         {"", "Bearer", "Bearer ", "Bearer  sandbox-token", "bearer sandbox-token",
          "Bearer \"sandbox-token\"", "Bearer sandbox-token ", "Basic x"}) {
        desk.authorization = bad;
        const response answer = desk.get("/api/Organization/Current");
        EXPECT_EQ(answer.status, 401U) << bad;
        EXPECT_EQ(answer.body, R"({"message":"Authorization has been denied for this request."})");
        EXPECT_THAT(answer.headers, Contains(Pair("WWW-Authenticate", "Bearer")));
        EXPECT_EQ(desk.get("/_sandbox/stats").status, 401U);
    }
}

TEST(FrontDesk, TellsTheOrganisationAndItsTypes) {
    settings how;
    how.organization.enabled = false;
    asked_desk desk(how);
    const auto told = asked_desk::parsed(desk.get("/api/Organization/Current"));
    EXPECT_EQ(told.at("organizationName"), "Sandbox Foundation");
    EXPECT_EQ(told.at("organizationTimeZone"), "US/Arizona");
    EXPECT_EQ(told.at("isEnabled"), false);
    EXPECT_EQ(asked_desk::parsed(desk.get("/api/ContactNote/Types")).at("ThankYou"), "Thank You");
}

TEST(FrontDesk, AnswersPathsAndMethodsItDoesNotKnow) {
    asked_desk desk;
    EXPECT_EQ(desk.get("/api/Nothing").status, 404U);
    EXPECT_EQ(desk.get("not a target").status, 404U);
    EXPECT_EQ(desk.get("/api/ContactNote").status, 405U);
    EXPECT_EQ(desk.get("/api/ContactNote/ByContact/x").status, 404U);
    desk.content_type = "text/plain";
    EXPECT_EQ(desk.post("{}").status, 415U);
}

TEST(FrontDesk, SpendsTheQuotaOnEverythingButTheAdminDoorAndStrangers) {
    settings how;
    how.quota.limit = 2;
    asked_desk desk(how);
    desk.make();
    EXPECT_THAT(desk.get("/api/ContactNote/Types").headers,
                Contains(Pair("X-RateLimit-Remaining", "0")));
    EXPECT_EQ(desk.get("/_sandbox/stats").status, 200U);
    const response refused = desk.get("/api/ContactNote/Types");
    EXPECT_EQ(refused.status, 429U);
    EXPECT_THAT(refused.headers, Contains(Pair("Retry-After", "3600")));
    EXPECT_THAT(refused.body, HasSubstr("RATE_LIMITED"));
    desk.now += 1h;
    EXPECT_EQ(desk.get("/api/ContactNote/Types").status, 200U);
}

struct told_fault {
    const char* name;
    reply::ending end;
    unsigned status;
    bool made;
};

TEST(FrontDesk, DoesWhatEachFaultSays) {
    const told_fault faults[] = {
        {"drop-before", reply::ending::drop, 0, false},
        {"drop-after", reply::ending::drop, 0, true},
        {"late", reply::ending::drop, 0, false},
        {"cut-answer", reply::ending::cut, 200, true},
        {"hang-before", reply::ending::hang, 0, false},
        {"hang-after", reply::ending::hang, 0, true},
        {"error500-before", reply::ending::answer, 500, false},
        {"error500-after", reply::ending::answer, 500, true},
        {"html502", reply::ending::answer, 502, false},
        {"plain503", reply::ending::answer, 503, false},
        {"retry503", reply::ending::answer, 503, false},
        {"timeout408", reply::ending::answer, 408, false},
        {"too-many", reply::ending::answer, 429, false},
        {"html403", reply::ending::answer, 403, false},
        {"permission400", reply::ending::answer, 400, false},
        {"redirect302", reply::ending::answer, 302, false},
        {"not-json", reply::ending::answer, 200, true},
        {"no-id", reply::ending::answer, 200, true},
        {"slow", reply::ending::answer, 200, true},
        {"close", reply::ending::answer, 200, true},
        {"chunked", reply::ending::answer, 200, true},
    };
    for (const told_fault& one : faults) {
        asked_desk desk(with_fault(std::string(one.name) + "=#2"));
        desk.make();
        const reply told =
            desk.ask("POST", "/api/ContactNote", R"({"contactId":5,"type":"Call","note":"x"})");
        EXPECT_EQ(told.end, one.end) << one.name;
        if (one.status != 0) {
            EXPECT_EQ(told.answer.status, one.status) << one.name;
        }
        EXPECT_EQ(desk.count(), one.made ? 2 : 1) << one.name;
        const auto stats = asked_desk::parsed(desk.get("/_sandbox/stats"));
        EXPECT_EQ(stats.at("faults").at(one.name), 1U) << one.name;
    }
}

TEST(FrontDesk, MakesALateNoteWhenToldTo) {
    asked_desk desk(with_fault("late=1"));
    const reply told =
        desk.ask("POST", "/api/ContactNote", R"({"contactId":5,"type":"Call","note":"x"})");
    ASSERT_TRUE(told.create_later);
    EXPECT_EQ(desk.count(), 0);
    desk.desk().create_late(*told.create_later, desk.now);
    EXPECT_EQ(desk.count(), 1);
}

TEST(FrontDesk, PutsRetryAfterOnTheFaultsThatPromiseIt) {
    for (const char* name : {"retry503=1", "too-many=1"}) {
        asked_desk desk(with_fault(name));
        EXPECT_THAT(desk.post("{}").headers, Contains(Pair("Retry-After", "1"))) << name;
    }
    asked_desk plain(with_fault("plain503=1"));
    EXPECT_THAT(plain.post("{}").headers, testing::IsEmpty());
}

TEST(FrontDesk, FaultsOnlyCreatesUnlessToldOtherwise) {
    settings how = with_fault("html502=1");
    asked_desk some(how);
    EXPECT_EQ(some.get("/api/ContactNote/Types").status, 200U);
    how.trouble.all_requests = true;
    asked_desk all(how);
    EXPECT_EQ(all.get("/api/ContactNote/Types").status, 502U);
    EXPECT_EQ(all.get("/_sandbox/stats").status, 200U);
}

TEST(FrontDesk, CountsForFaultsOnlyWhatPassedTheTokenAndTheQuota) {
    asked_desk desk(with_fault("html502=#1"));
    desk.authorization = "Bearer wrong";
    desk.make();
    desk.authorization = "Bearer sandbox-token";
    EXPECT_EQ(desk.post("{}").status, 502U);
}

TEST(Contacts, AreMadeUpFromTheirIds) {
    asked_desk desk;
    const auto contact = asked_desk::parsed(desk.get("/api/Contact/42"));
    EXPECT_TRUE(contact.at("mergedIntoContactId").is_null());
    EXPECT_EQ(contact.at("contactReferences").as_array().at(0),
              json::parse(R"({"source":"LGL","id":"L42"})"));
    EXPECT_EQ(asked_desk::parsed(desk.get("/api/Contact/LGL/L42")).at("id"), 42);
    EXPECT_EQ(asked_desk::parsed(desk.get("/api/Contact/Old%20CRM/A%2F42")).at("id"), 42);
    EXPECT_EQ(
        asked_desk::parsed(desk.get("/api/Contact/Find?email=contact42%40example.org")).at("id"),
        42);
    EXPECT_EQ(asked_desk::parsed(desk.get("/api/Contact/900003")).at("mergedIntoContactId"), 4);
    for (const char* none :
         {"/api/Contact/0", "/api/Contact/LGL/42", "/api/Contact/LGL/L042",
          "/api/Contact/Other/L42", "/api/Contact/Find?email=x@example.org", "/api/Contact/Find"}) {
        EXPECT_EQ(desk.get(none).status, 404U) << none;
    }
}

TEST(Contacts, AreListedOncePlainAndMerged) {
    settings how;
    how.contacts.count = 3;
    asked_desk desk(how);
    const auto page = asked_desk::parsed(
        desk.ask("POST", "/api/Contact/Query/FullContact?skip=2&take=2", "{}").answer);
    EXPECT_EQ(page.at("total"), 103);
    EXPECT_EQ(page.at("list").as_array().at(0).at("id"), 3);
    EXPECT_EQ(page.at("list").as_array().at(1).at("mergedIntoContactId"), 1);
}

class Token : public testing::Test {
protected:
    response ask(std::string_view form) { return desk_.ask("POST", "/Token", form).answer; }
    static settings two_factor() {
        settings how;
        how.door.otp = "123456";
        return how;
    }
    asked_desk desk_{two_factor()};
};

TEST_F(Token, IsGivenForAPasswordAndACodeAndIsAccepted) {
    desk_.authorization = "";
    EXPECT_EQ(ask("grant_type=password&username=a%40b.org&password=sandbox").status, 202U);
    const response answer =
        ask("grant_type=password&username=a%40b.org&password=sandbox&otp=123456");
    ASSERT_EQ(answer.status, 200U);
    const auto told = asked_desk::parsed(answer);
    EXPECT_EQ(told.at("userName"), "a@b.org");
    desk_.authorization = "Bearer " + std::string(told.at("access_token").as_string());
    EXPECT_EQ(desk_.make(), 1);
    const std::string refresh(told.at("refresh_token").as_string());
    EXPECT_EQ(ask("grant_type=refresh_token&refresh_token=" + refresh).status, 200U);
    desk_.now += std::chrono::days(16);
    EXPECT_EQ(desk_.make(), 0);
    EXPECT_EQ(ask("grant_type=refresh_token&refresh_token=" + refresh).status, 200U);
}

TEST_F(Token, IsRefusedInTheSecondShape) {
    for (const char* form :
         {"", "grant_type=password", "grant_type=password&username=a&password=wrong",
          "grant_type=password&username=a&password=sandbox&otp=1", "grant_type=refresh_token",
          "grant_type=other", "%zz"}) {
        const response answer = ask(form);
        EXPECT_EQ(answer.status, 400U) << form;
        EXPECT_THAT(answer.body, HasSubstr("\"error_description\":")) << form;
    }
}

TEST(AdminDoor, DumpsPageByPage) {
    asked_desk desk;
    for (int i = 0; i < 1200; ++i) {
        desk.make(std::to_string(i));
    }
    const auto lines = [&](const char* target) {
        const response answer = desk.get(target);
        std::string all;
        while (answer.more(all)) {
        }
        return std::count(all.begin(), all.end(), '\n');
    };
    EXPECT_EQ(lines("/_sandbox/notes"), 1200);
    EXPECT_EQ(lines("/_sandbox/notes?skip=1100"), 100);
    EXPECT_EQ(lines("/_sandbox/notes?skip=10&take=700"), 700);
    EXPECT_EQ(lines("/_sandbox/notes?skip=5000"), 0);
}

} // namespace
} // namespace noteload::sandbox
