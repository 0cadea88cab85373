#include "noteload/delivery/answer.hpp"

#include <date/date.h>
#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "support/printers.hpp"

namespace noteload::delivery {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

constexpr auto whole_note = R"({
 "id":991,"contactId":17,"createDateTimeUtc":"2026-11-24T03:54:12.1234567",
 "createdByUser":"Ana","modifiedDateTimeUtc":"2026-11-25T00:00:00","modifiedByUser":"Ben",
 "noteDate":"10/4/2017","type":"Call","note":"Gr\u00fc\u00dfe \ud83c\udf89\nbye","important":true,
 "isPrivate":true,"createdByAvatarUrl":"https://a/1","reminder":{
  "id":5,"message":"m","targetDate":"td","targetResolutionDateUtc":"tr","contactId":17,
  "contactViewUrl":"cv","contactDisplayName":"cd","contactAvatarUrl":"ca","reminderType":"rt",
  "reminderTypeDisplayName":"rd","taskStatus":"ts","taskStatusDisplayName":"tsd",
  "completeUrl":"cu","dismissUrl":"du","description":"d","hasContact":true,"isPastDue":true,
  "isUnresolved":true,"canComplete":true,"completeActionName":"can",
  "canCompleteWithNote":true,"owner":"o","ownerAvatarUrl":"oa"}})";

TEST(Answer, ReadsAllFieldsOfANoteAndItsReminder) {
    const note_reminder reminder{.id = 5,
                                 .message = "m",
                                 .target_date = "td",
                                 .target_resolution_date_utc = "tr",
                                 .contact_id = 17,
                                 .contact_view_url = "cv",
                                 .contact_display_name = "cd",
                                 .contact_avatar_url = "ca",
                                 .reminder_type = "rt",
                                 .reminder_type_display_name = "rd",
                                 .task_status = "ts",
                                 .task_status_display_name = "tsd",
                                 .complete_url = "cu",
                                 .dismiss_url = "du",
                                 .description = "d",
                                 .has_contact = true,
                                 .is_past_due = true,
                                 .is_unresolved = true,
                                 .can_complete = true,
                                 .complete_action_name = "can",
                                 .can_complete_with_note = true,
                                 .owner = "o",
                                 .owner_avatar_url = "oa"};
    const contact_note note{.id = 991,
                            .contact_id = 17,
                            .create_date_time_utc = "2026-11-24T03:54:12.1234567",
                            .created_by_user = "Ana",
                            .modified_date_time_utc = "2026-11-25T00:00:00",
                            .modified_by_user = "Ben",
                            .note_date = "10/4/2017",
                            .type = "Call",
                            .note = "Grüße 🎉\nbye",
                            .important = true,
                            .is_private = true,
                            .created_by_avatar_url = "https://a/1",
                            .reminder = reminder};
    EXPECT_THAT(read_contact_note(whole_note), Optional(note));
    EXPECT_THAT(read_note_id(whole_note), Optional(991));
}

TEST(Answer, KeepsTheDefaultsOfWhatIsMissingOrNull) {
    contact_note bare;
    bare.id = 4;
    EXPECT_THAT(read_contact_note(R"({"id":4})"), Optional(bare));
    EXPECT_THAT(read_contact_note(R"({"id":4,"note":null,"important":null,"reminder":null})"),
                Optional(bare));
    bare.reminder.emplace();
    EXPECT_THAT(read_contact_note(R"({"reminder":{},"id":4,"unknown":[1,{}]})"), Optional(bare));
}

TEST(Answer, IsNoNoteWithoutAPositiveIntegerId) {
    for (const auto* body :
         {"", " ", "null", "7", "[]", "{}", R"({"id":0})", R"({"id":-1})", R"({"id":"07"})",
          R"({"id":7.0})", R"({"id":true})", R"({"id":99999999999999999999})", R"({"id":7)",
          R"({"id":7}})", R"({"id":7} {)", R"({"ID":7})", "<html>", "\xFF\xFE"}) {
        EXPECT_EQ(read_note_id(body), std::nullopt) << body;
        EXPECT_EQ(read_contact_note(body), std::nullopt) << body;
    }
}

TEST(Answer, TakesATextOfDigitsForAnId) {
    EXPECT_THAT(read_note_id(R"({"id":"9223372036854775807"})"), Optional(INT64_MAX));
    const auto note = read_contact_note(R"({"id":"991","contactId":"12"})");
    ASSERT_TRUE(note);
    EXPECT_EQ(note->id, 991);
    EXPECT_EQ(note->contact_id, 12);
    for (const auto* id :
         {R"("")", R"("0")", R"("-7")", R"("+7")", R"(" 7")", R"("7 ")", R"("7.0")", R"("1e3")",
          "1e3", R"("9223372036854775808")", "9223372036854775808"}) {
        EXPECT_EQ(read_note_id(R"({"id":)" + std::string(id) + "}"), std::nullopt) << id;
    }
}

TEST(Answer, FindsTheServersWordsInEveryShape) {
    struct {
        std::string body;
        std::string expected;
    } const table[] = {
        {"", ""},
        {" \r\n ", ""},
        {R"({"message":"The argument cannot be null"})", "The argument cannot be null"},
        {R"({"message":"Invalid.","modelState":{"note.contactId":["Required.","Positive."],"note.type":["Unknown."]}})",
         "Invalid.; note.contactId: Required.: Positive.; note.type: Unknown."},
        {R"({"message":"Invalid.","modelState":{"note":"Required."}})",
         "Invalid.; note: Required."},
        {R"({"error":"invalid_grant","error_description":"The password is wrong."})",
         "The password is wrong."},
        {R"({"error":"invalid_grant"})", "invalid_grant"},
        {R"({"error":{"code":"VALIDATION_FAILED","message":"No.","details":[{"field":"type","code":"X","message":"Unknown type"},{"message":"And so on"}]}})",
         "No.; type: Unknown type; And so on"},
        {R"({"error":{"code":"FORBIDDEN"}})", ""},
        {R"({"error":null})", ""},
        {R"({"message":7})", ""},
        {"{}", ""},
        {"Service Unavailable\n", "Service Unavailable"},
        {"<html>\r\n<h1>502</h1>\x1b[2J", "<html>?\?<h1>502</h1>?[2J"},
        {R"(["a"])", R"(["a"])"},
        {"caf\xE9", "caf?"},
    };
    for (const auto& row : table) {
        EXPECT_EQ(server_words(row.body), row.expected) << row.body;
    }
}

TEST(Answer, CutsTheServersWords) {
    const auto words = server_words(std::string(5000, 'x'));
    EXPECT_EQ(words, std::string(300, 'x') + "...");
    EXPECT_LE(server_words(R"({"message":")" + std::string(5000, 'x') + R"("})").size(), 303u);
    std::string state = R"({"modelState":{)";
    for (int i = 0; i < 1000; ++i) {
        state += (i == 0 ? "\"f" : ",\"f") + std::to_string(i) + R"(":["required"])";
    }
    EXPECT_LE(server_words(state + "}}").size(), 303u);
}

TEST(Answer, TellsJsonFromAPage) {
    for (const auto* body : {"{}", "[]", R"({"error":{}})", " {\"a\":1}\n", "null"}) {
        EXPECT_TRUE(is_json(body)) << body;
    }
    for (const auto* body : {"", " ", "<html></html>", "Forbidden", "{", "{}x"}) {
        EXPECT_FALSE(is_json(body)) << body;
    }
}

TEST(Answer, ReadsTheOrganisation) {
    const auto full = read_organization(
        R"({"organizationName":"Good \"Works\"","organizationTimeZone":"US/Arizona","isEnabled":true})");
    EXPECT_EQ(full, (organization{"Good \"Works\"", "US/Arizona", true}));
    EXPECT_EQ(read_organization(R"({"organizationName":"A","isEnabled":false})"),
              (organization{"A", "", false}));
    EXPECT_EQ(read_organization(R"({"organizationName":"A"})"), (organization{"A", "", true}));
    for (const auto* body : {"", "{}", "[]", R"({"organizationName":7})", "<html>"}) {
        EXPECT_FALSE(read_organization(body).has_value()) << body;
    }
}

TEST(Answer, ReadsTheTypesInTheServersOrder) {
    EXPECT_THAT(read_note_types(R"({"General":"General","Call":" Phone Call ","x":7,"z":"Äb"})"),
                Optional(ElementsAre("General", " Phone Call ", "Äb")));
    EXPECT_THAT(read_note_types("{}"), Optional(IsEmpty()));
    for (const auto* body : {"", "[]", R"(["General"])", "{", "null"}) {
        EXPECT_FALSE(read_note_types(body).has_value()) << body;
    }
}

TEST(Answer, ReadsHttpDates) {
    EXPECT_EQ(read_http_date("Tue, 24 Nov 2026 03:54:12 GMT"),
              system_clock::time_point(seconds(1795492452)));
    EXPECT_EQ(read_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), system_clock::time_point());
    for (const auto* text : {"", "now", "Tue, 24 Nov 2026", "Tue, 24 Foo 2026 03:54:12 GMT",
                             "Tue, 32 Nov 2026 03:54:12 GMT", "Tue, 24 Nov 2026 25:54:12 GMT",
                             "2026-11-24T03:54:12Z", "Tue, 24 Nov 2026 03:54:12 EST"}) {
        EXPECT_FALSE(read_http_date(text).has_value()) << text;
    }
}

TEST(Answer, ReadsHttpDatesInUnusualForms) {
    for (const auto* text :
         {"tue, 24 NOV 2026 03:54:12 GMT", "Tuesday, 24 November 2026 03:54:12 GMT",
          "Tue, 24 Nov 2026  03:54:12 GMT"}) {
        EXPECT_EQ(read_http_date(text), system_clock::time_point(seconds(1795492452))) << text;
    }
    EXPECT_FALSE(read_http_date("Mon, 24 Nov 2026 03:54:12 GMT").has_value()) << "a Tuesday";
    EXPECT_FALSE(read_http_date("Fri, 30 Feb 2026 03:54:12 GMT").has_value());
    EXPECT_FALSE(read_http_date("xxx, 24 xxx 2026 03:54:12 GMT").has_value());
}

TEST(Answer, ReadsEveryHttpDate) {
    for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
        std::mt19937_64 random(seed);
        const date::sys_seconds time(seconds(random() % 9'000'000'000));
        const auto text = date::format("%a, %d %b %Y %H:%M:%S GMT", time);
        EXPECT_EQ(read_http_date(text), system_clock::time_point(time)) << "seed " << seed;
    }
}

TEST(Answer, ReadsNoDateThatOurClockCannotHold) {
    for (const auto* text : {"Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 2300 00:00:00 GMT",
                             "Mon, 01 Jan 0001 00:00:00 GMT"}) {
        EXPECT_FALSE(read_http_date(text).has_value()) << text;
    }
}

TEST(RetryAfter, IsSecondsOrADate) {
    const system_clock::time_point now(seconds(1795492452));
    const struct {
        std::string text;
        std::optional<seconds> expected;
    } table[] = {
        {"0", seconds(0)},
        {"847", seconds(847)},
        {"\t12 ", seconds(12)},
        {"007", seconds(7)},
        {"", std::nullopt},
        {"-1", std::nullopt},
        {"+5", std::nullopt},
        {"5s", std::nullopt},
        {"1e3", std::nullopt},
        {"0x10", std::nullopt},
        {"99999999999999999999999999", std::nullopt},
        {std::string(100'000, '9'), std::nullopt},
        {"Tue, 24 Nov 2026 03:54:13 GMT", seconds(1)},
        {"Tue, 24 Nov 2026 03:54:12 GMT", seconds(0)},
        {"Mon, 23 Nov 2026 03:54:12 GMT", seconds(0)},
    };
    for (const auto& row : table) {
        EXPECT_EQ(read_retry_after(row.text, now), row.expected) << row.text.substr(0, 40);
    }
    // Part of a second is a whole one: never too early.
    EXPECT_EQ(
        read_retry_after("Tue, 24 Nov 2026 03:54:14 GMT", now + std::chrono::milliseconds(500)),
        seconds(2));
}

TEST(RetryAfter, NeverOverflowsAClockThatItIsAddedTo) {
    for (const auto* text : {"99999999999", "9223372036854775807", "Fri, 31 Dec 9999 23:59:59 GMT",
                             "Sun, 01 Jan 2262 00:00:00 GMT"}) {
        const auto wait = read_retry_after(text, system_clock::time_point(seconds(1795492452)));
        EXPECT_LE(wait.value_or(seconds(0)), std::chrono::hours(24 * 366)) << text;
    }
}

} // namespace
} // namespace noteload::delivery
