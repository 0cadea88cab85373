#include "noteload/delivery/request.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <string>

#include "noteload/version.hpp"

namespace noteload::delivery {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string body(const note_request& note) {
    std::string out;
    append_note_body(out, note);
    EXPECT_EQ(note_body_size(note), out.size()) << out;
    return out;
}

note_request small() {
    note_request note;
    note.contact_id = 17;
    note.type = "Call";
    note.note = "Hello";
    return note;
}

TEST(NoteBody, HasOnlyWhatIsSet) {
    EXPECT_EQ(body(small()), R"({"contactId":17,"type":"Call","note":"Hello"})");
}

TEST(NoteBody, HasNativeTypesInTheOrderOfTheVendorsPage) {
    auto note = small();
    note.note_date_time = "2019-03-04T12:00:00";
    note.important = true;
    note.is_private = false;
    note.time_spent = 15;
    EXPECT_EQ(
        body(note),
        R"({"contactId":17,"type":"Call","note":"Hello","noteDateTime":"2019-03-04T12:00:00",)"
        R"("important":true,"private":false,"timeSpent":15})");
}

TEST(NoteBody, KeepsFalseAndZeroApartFromNothing) {
    auto note = small();
    note.important = false;
    note.time_spent = 0;
    EXPECT_THAT(body(note), EndsWith(R"("important":false,"timeSpent":0})"));
}

TEST(NoteBody, EscapesWhatJsonMustAndNothingElse) {
    auto note = small();
    note.type = "Thank \"You\"";
    note.note = "a\\b\nc\td\r\x01/ <b>&amp; Grüße 🎉";
    EXPECT_EQ(body(note),
              "{\"contactId\":17,\"type\":\"Thank \\\"You\\\"\",\"note\":"
              "\"a\\\\b\\nc\\td\\r\\u0001/ <b>&amp; Grüße 🎉\"}");
}

TEST(NoteBody, WritesTheLargestNumbers) {
    auto note = small();
    note.contact_id = std::numeric_limits<std::int64_t>::max();
    EXPECT_THAT(body(note), HasSubstr("\"contactId\":9223372036854775807,"));
}

TEST(NoteBody, IsAppended) {
    std::string out = "before";
    append_note_body(out, small());
    EXPECT_EQ(out, "before" + body(small()));
}

class RequestWriter : public ::testing::Test {
protected:
    request_writer writer_{*parse_base_url("https://localhost:8443/v1"), "key123"};
};

TEST_F(RequestWriter, WritesTheWholeRequestOfANote) {
    std::string out = "what was there before";
    writer_.create_note(out, "{\"é\":1}");
    EXPECT_EQ(out,
              "POST /v1/api/ContactNote HTTP/1.1\r\nHost: localhost:8443\r\n"
              "Authorization: Bearer key123\r\nAccept: application/json\r\n"
              "User-Agent: noteload/" +
                  std::string(version) +
                  "\r\n"
                  "Content-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"é\":1}");
}

TEST_F(RequestWriter, CountsAnEmptyAndALongBody) {
    std::string out;
    writer_.create_note(out, "");
    EXPECT_THAT(out, EndsWith("Content-Length: 0\r\n\r\n"));
    writer_.create_note(out, std::string(100'000, 'x'));
    EXPECT_THAT(out, HasSubstr("Content-Length: 100000\r\n\r\nx"));
}

TEST_F(RequestWriter, WritesAReadWithoutABody) {
    EXPECT_EQ(writer_.get("/api/ContactNote/Types"),
              "GET /v1/api/ContactNote/Types HTTP/1.1\r\nHost: localhost:8443\r\n"
              "Authorization: Bearer key123\r\nAccept: application/json\r\n"
              "User-Agent: noteload/" +
                  std::string(version) + "\r\n\r\n");
}

TEST_F(RequestWriter, WritesADeletionWithoutABody) {
    const auto request = writer_.erase("/api/ContactNote/991");
    EXPECT_THAT(request, StartsWith("DELETE /v1/api/ContactNote/991 HTTP/1.1\r\nHost: "));
    EXPECT_THAT(request, EndsWith("\r\n\r\n"));
    EXPECT_THAT(request, HasSubstr("\r\nAuthorization: Bearer key123\r\n"));
}

TEST(RequestWriterForPeople, ShowsAMaskInsteadOfTheToken) {
    const request_writer writer(*parse_base_url("https://a"), masked_token);
    std::string out;
    writer.create_note(out, "{}");
    EXPECT_THAT(out, HasSubstr("Authorization: Bearer ********\r\n"));
    EXPECT_THAT(out, Not(HasSubstr("key123")));
}

TEST(RequestToken, CanBeChanged) {
    request_writer writer(*parse_base_url("https://a"), "old");
    const auto before = writer.get("/x");
    EXPECT_TRUE(writer.is_up_to_date(before));
    EXPECT_FALSE(writer.change_token("old"));
    EXPECT_TRUE(writer.change_token("new"));
    EXPECT_FALSE(writer.is_up_to_date(before));
    std::string note;
    writer.create_note(note, "{}");
    for (const auto& request : {writer.get("/x"), writer.erase("/x"), note}) {
        EXPECT_TRUE(writer.is_up_to_date(request));
        EXPECT_THAT(request, AllOf(HasSubstr("Bearer new\r\n"), Not(HasSubstr("old"))));
    }
}

} // namespace
} // namespace noteload::delivery
