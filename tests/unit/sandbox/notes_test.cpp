#include <gmock/gmock.h>

#include "support/sandbox_desk.hpp"

namespace noteload::sandbox {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(CreateNote, AnswersWithAllThirteenFields) {
    asked_desk desk;
    const response answer = desk.post(
        R"({"contactId":5,"type":"Call","note":"a\nb","noteDateTime":"2017-10-04","private":true,
            "important":false,"timeSpent":3,"unknown":1})");
    ASSERT_EQ(answer.status, 200U);
    EXPECT_EQ(asked_desk::parsed(answer), json::parse(R"({
        "id":1,"contactId":5,"createDateTimeUtc":"2026-11-24T19:00:00.0",
        "createdByUser":"Sandbox User","modifiedDateTimeUtc":"2026-11-24T19:00:00.000000",
        "modifiedByUser":"Sandbox User","noteDate":"10/4/2017","type":"Call","note":"a\nb",
        "important":false,"isPrivate":true,
        "createdByAvatarUrl":"https://sandbox.example.org/avatars/sandbox-user.png",
        "reminder":null})"));
}

TEST(CreateNote, GivesAnAlertAReminderOfTwentyThreeFields) {
    asked_desk desk;
    const response answer = desk.post(R"({"contactId":5,"type":"Alert","note":"x"})");
    EXPECT_EQ(asked_desk::parsed(answer).at("reminder").as_object().size(), 23U);
}

TEST(CreateNote, DatesANoteWithoutADateTodayInTheOrganisationsZone) {
    asked_desk desk;
    desk.now = moment(std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + 3h);
    const response answer = desk.post(R"({"contactId":5,"type":"Call","note":"x"})");
    EXPECT_EQ(asked_desk::parsed(answer).at("noteDate"), "11/23/2026");
}

struct bad_body {
    const char* body;
    unsigned status;
    const char* says;
};

TEST(CreateNote, RefusesWhatIsNoNoteAndSaysWhy) {
    asked_desk desk;
    const bad_body bad[] = {
        {"", 400, "The argument cannot be null"},
        {" \n", 400, "The argument cannot be null"},
        {"{", 400, "modelState"},
        {"[]", 400, "modelState"},
        {"\"\xff\"", 400, "modelState"},
        {R"({"type":"Call","note":"x"})", 400, "model.contactId"},
        {R"({"contactId":null,"type":"Call","note":"x"})", 400, "model.contactId"},
        {R"({"contactId":"5","type":"Call","note":"x"})", 400, "model.contactId"},
        {R"({"contactId":5.5,"type":"Call","note":"x"})", 400, "model.contactId"},
        {R"({"contactId":99999999999999999999,"type":"Call","note":"x"})", 400, "model.contactId"},
        {R"({"contactId":5,"note":"x"})", 400, "model.type"},
        {R"({"contactId":5,"type":"Call"})", 400, "model.note"},
        {R"({"contactId":5,"type":"Call","note":7})", 400, "model.note"},
        {R"({"contactId":5,"type":"Call","note":"x","important":"yes"})", 400, "model.important"},
        {R"({"contactId":5,"type":"Call","note":"x","timeSpent":"1"})", 400, "model.timeSpent"},
        {R"({"contactId":5,"type":"Call","note":"x","noteDateTime":"soon"})", 400,
         "model.noteDateTime"},
        {R"({"contactId":0,"type":"Call","note":"x"})", 422, "\"field\":\"contactId\""},
        {R"({"contactId":5,"type":"call","note":"x"})", 422, "\"field\":\"type\""},
        {R"({"contactId":5,"type":"Call","note":" "})", 422, "\"field\":\"note\""},
        {R"({"contactId":2147483648,"type":"Call","note":"x"})", 404, "message"},
        {R"({"contactId":900001,"type":"Call","note":"x"})", 404, "message"},
    };
    for (const bad_body& one : bad) {
        const response answer = desk.post(one.body);
        EXPECT_EQ(answer.status, one.status) << one.body;
        EXPECT_THAT(answer.body, HasSubstr(one.says)) << one.body;
    }
    EXPECT_EQ(desk.count(), 0);
}

TEST(CreateNote, KnowsOnlyTheContactsThatWereAskedFor) {
    settings how;
    how.contacts.count = 4;
    asked_desk desk(how);
    EXPECT_EQ(desk.make(), 0);
    how.contacts.count = 5;
    asked_desk larger(how);
    EXPECT_EQ(larger.make(), 1);
}

TEST(CreateNote, ShowsHtmlButKeepsTheTextAsPosted) {
    settings how;
    how.organization.text.html = true;
    asked_desk desk(how);
    const auto id = desk.make("a<b\nc");
    const response shown = desk.get("/api/ContactNote/" + std::to_string(id));
    EXPECT_EQ(asked_desk::parsed(shown).at("note"), "<p>a&lt;b<br>c</p>");
    std::string dump;
    EXPECT_TRUE(desk.get("/_sandbox/notes").more(dump));
    EXPECT_EQ(json::parse(dump).at("note"), "a<b\nc");
}

TEST(ReadNotes, AnswerAnUnknownIdWith404AndNothing) {
    asked_desk desk;
    EXPECT_EQ(desk.get("/api/ContactNote/77").status, 404U);
    EXPECT_EQ(desk.get("/api/ContactNote/77").body, "");
}

TEST(ReadNotes, ByContactTakesTenUnlessToldOtherwise) {
    asked_desk desk;
    for (int i = 0; i < 12; ++i) {
        desk.make(std::to_string(i));
    }
    const auto plain = asked_desk::parsed(desk.get("/api/ContactNote/ByContact/5"));
    EXPECT_EQ(plain.at("list").as_array().size(), 10U);
    EXPECT_EQ(plain.at("total"), 12);
    const auto last = asked_desk::parsed(desk.get(
        "/api/contactnote/bycontact/5/?sortBy=CreatedDateTime&descending=true&skip=1&take=2"));
    EXPECT_EQ(last.at("list").as_array().at(0).at("note"), "10");
    EXPECT_EQ(last.at("list").as_array().size(), 2U);
}

TEST(ReadNotes, ByContactProvesNothingAboutAnUnknownContact) {
    asked_desk desk;
    EXPECT_EQ(desk.get("/api/ContactNote/ByContact/987654").body, R"({"list":[],"total":0})");
}

TEST(ReadNotes, LagBehindTheWritesWhenToldTo) {
    settings how;
    how.organization.lag = 500ms;
    asked_desk desk(how);
    const std::string path = "/api/ContactNote/" + std::to_string(desk.make());
    desk.now += 499ms;
    EXPECT_EQ(desk.get(path).status, 404U);
    EXPECT_EQ(desk.get("/api/ContactNote/ByContact/5").body, R"({"list":[],"total":0})");
    desk.now += 1ms;
    EXPECT_EQ(desk.get(path).status, 200U);
}

TEST(ReadNotes, ShowWhatAFasterClockMadeWhenThereIsNoLag) {
    asked_desk desk;
    desk.make();
    desk.now -= 1h;
    EXPECT_EQ(desk.get("/api/ContactNote/1").status, 200U);
}

TEST(UpdateNote, RemovesWhatIsLeftOut) {
    asked_desk desk;
    desk.post(
        R"({"contactId":5,"type":"Call","note":"a","noteDateTime":"2017-10-04","important":true})");
    desk.now += 1s;
    const response answer = desk.ask("PUT", "/api/ContactNote/1", R"({"type":"Email"})").answer;
    ASSERT_EQ(answer.status, 200U);
    const auto note = asked_desk::parsed(answer);
    EXPECT_EQ(note.at("note"), "");
    EXPECT_TRUE(note.at("noteDate").is_null());
    EXPECT_EQ(note.at("important"), false);
    EXPECT_EQ(note.at("contactId"), 5);
    EXPECT_EQ(note.at("modifiedDateTimeUtc"), "2026-11-24T19:00:01.000000");
    EXPECT_EQ(desk.ask("PUT", "/api/ContactNote/9", R"({"type":"Email"})").answer.status, 404U);
    EXPECT_EQ(desk.ask("PUT", "/api/ContactNote/1", R"({"type":"None"})").answer.status, 422U);
}

TEST(DeleteNote, IsForGood) {
    asked_desk desk;
    desk.make();
    EXPECT_EQ(desk.ask("DELETE", "/api/ContactNote/1").answer.status, 200U);
    EXPECT_EQ(desk.ask("DELETE", "/api/ContactNote/1").answer.status, 404U);
    EXPECT_EQ(desk.count(), 0);
}

class Query : public testing::Test {
protected:
    Query() {
        desk_.post(R"({"contactId":1,"type":"Call","note":"one","noteDateTime":"2017-10-04"})");
        desk_.post(R"({"contactId":2,"type":"Email","note":"two","important":true})");
        desk_.now += 1h;
        desk_.post(R"({"contactId":3,"type":"Call","note":"three"})");
    }
    std::string ask(const std::string& groups, const std::string& more = "") {
        const response answer =
            desk_.ask("POST", "/api/ContactNote/Query", "{\"groups\":" + groups + more + "}")
                .answer;
        if (answer.status != 200) {
            return std::to_string(answer.status);
        }
        std::string texts;
        const json::value page = asked_desk::parsed(answer);
        for (const auto& note : page.at("list").as_array()) {
            texts += std::string(note.at("note").as_string()) + " ";
        }
        return texts;
    }
    std::string where(const std::string& condition) {
        return ask("[{\"conditions\":[" + condition + "]}]");
    }

    asked_desk desk_;
};

TEST_F(Query, JoinsConditionsByAndAndGroupsByOr) {
    EXPECT_EQ(ask(R"([{"conditions":[{"parameter":"Note Type","operator":"Is","value":"Call"},
                                     {"parameter":"Contact Id","operator":"LessThan","value":"3"}]},
                      {"conditions":[{"parameter":"Important","operator":"IsTrue"}]}])"),
              "one two ");
}

TEST_F(Query, SilentlyIgnoresAnUnknownParameter) {
    EXPECT_EQ(where(R"({"parameter":"Contact","operator":"Is","value":"1"})"), "one two three ");
    EXPECT_EQ(ask("[]"), "one two three ");
}

TEST_F(Query, TakesEveryKindOfValue) {
    EXPECT_EQ(where(R"({"parameter":"contact id","operator":"IsAnyOf","values":["1",3]})"),
              "one three ");
    EXPECT_EQ(where(R"({"parameter":"Contact Id","operator":"IsAnyOf"})"), "");
    EXPECT_EQ(where(R"({"parameter":"Note Id","operator":"Between","value":2,"secondaryValue":3})"),
              "two three ");
    EXPECT_EQ(where(R"({"parameter":"Note","operator":"Contains","value":"w"})"), "two ");
    EXPECT_EQ(where(R"({"parameter":"Note","operator":"StartsWith","value":"t"})"), "two three ");
    EXPECT_EQ(where(R"({"parameter":"Note Date","operator":"Is","value":"10/4/2017"})"), "one ");
    EXPECT_EQ(where(R"({"parameter":"Create Date","operator":"After",
                        "value":"2026-11-24T19:30:00"})"),
              "three ");
}

TEST_F(Query, SortsAndPages) {
    EXPECT_EQ(ask("[]", R"(,"sortBy":"Id","descending":true)"), "three two one ");
}

TEST_F(Query, RefusesAnOperatorOrValueThatAParameterDoesNotTake) {
    EXPECT_EQ(where(R"({"parameter":"Note","operator":"Before","value":"x"})"), "400");
    EXPECT_EQ(where(R"({"parameter":"Note Id","operator":"Is","value":"x' or 1"})"), "400");
    EXPECT_EQ(where("7"), "400");
}

TEST_F(Query, OffersWhatItTakes) {
    const auto options = asked_desk::parsed(desk_.get("/api/ContactNote/QueryOptions"));
    EXPECT_EQ(options.at("options").as_array().size(), 8U);
    EXPECT_EQ(options.at("options").as_array().at(1).at("parameter"), "Contact Id");
}

} // namespace
} // namespace noteload::sandbox
