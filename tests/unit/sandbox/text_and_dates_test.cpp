#include <gmock/gmock.h>

#include "noteload/sandbox/dates.hpp"
#include "noteload/sandbox/text_shape.hpp"
#include "noteload/sandbox/wire.hpp"

namespace noteload::sandbox {
namespace {

using namespace std::chrono_literals;

const moment instant{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + 3h + 54min + 12s +
                     345678us};

std::string posted(std::string_view text) {
    const auto day = posted_day(text, zone::find("US/Arizona").value());
    return day ? culture_date(*day) : "none";
}

TEST(TextShape, LeavesTextAlone) {
    EXPECT_EQ(shaped("a<b>\n&", {}), "a<b>\n&");
}

TEST(TextShape, MakesHtmlOfTextWithBreaksAndParagraphs) {
    EXPECT_EQ(shaped("a<b> & c\nd\r\n\r\ne", {true, false}),
              "<p>a&lt;b&gt; &amp; c<br>d</p><p>e</p>");
    EXPECT_EQ(shaped("", {true, false}), "<p></p>");
}

TEST(TextShape, TurnsEveryLineEndIntoCrlf) {
    EXPECT_EQ(shaped("a\nb\r\nc\rd\n", {false, true}), "a\r\nb\r\nc\r\nd\r\n");
}

TEST(Dates, KeepLocalDaysAsTheyAre) {
    EXPECT_EQ(posted("2017-10-04"), "10/4/2017");
    EXPECT_EQ(posted("2017-10-04T00:00:00"), "10/4/2017");
    EXPECT_EQ(posted("2017-10-04T23:59"), "10/4/2017");
    EXPECT_EQ(posted("2017-10-04T12:00:00.1234567"), "10/4/2017");
    EXPECT_EQ(posted("10/4/2017"), "10/4/2017");
}

TEST(Dates, MoveAnInstantIntoTheOrganisationsZone) {
    EXPECT_EQ(posted("2017-10-04T00:00:00Z"), "10/3/2017");
    EXPECT_EQ(posted("2017-10-04T07:00:00Z"), "10/4/2017");
    EXPECT_EQ(posted("2017-10-03T22:00:00-09:00"), "10/4/2017");
}

TEST(Dates, RefuseWhatIsNoDate) {
    for (const char* text : {"", "soon", "2017-13-01", "2017-02-29", "2017-1-1", "2017-10-04T",
                             "2017-10-04T25:00", "2017-10-04T12:00:61", "2017-10-04 12:00 x"}) {
        EXPECT_EQ(posted(text), "none") << text;
    }
}

TEST(Dates, ReadInstantsToTheMicrosecond) {
    EXPECT_EQ(posted_instant("2026-11-24T03:54:12.345678"), instant);
    EXPECT_EQ(posted_instant("2026-11-24T03:54:12.3456789Z"), instant);
    EXPECT_EQ(posted_instant("2026-11-24T03:54:12.34"), instant - 5678us);
}

TEST(Dates, ComeFromTheServerWithoutAZoneAndWithAnyFraction) {
    EXPECT_EQ(server_time(instant, 0), "2026-11-24T03:54:12");
    EXPECT_EQ(server_time(instant, 3), "2026-11-24T03:54:12.345");
    EXPECT_EQ(server_time(instant, 7), "2026-11-24T03:54:12.3456780");
}

TEST(Dates, KnowOnlyTheSystemsZones) {
    EXPECT_TRUE(zone::find("US/Nowhere").has_error());
}

TEST(Wire, WritesAPlainAnswer) {
    response answer = message_response(404, "no");
    answer.headers.emplace_back("X-A", "b");
    std::string out;
    append_response(out, answer, http_date(instant), {});
    EXPECT_EQ(out,
              "HTTP/1.1 404 Not Found\r\nDate: Tue, 24 Nov 2026 03:54:12 GMT\r\n"
              "Server: noteload-sandbox\r\nContent-Type: application/json; charset=utf-8\r\n"
              "X-A: b\r\nContent-Length: 16\r\n\r\n{\"message\":\"no\"}");
}

TEST(Wire, WritesChunksAndTheirEnd) {
    response answer;
    answer.body = "12345678";
    std::string out;
    framing how;
    how.chunked = true;
    how.close = true;
    append_response(out, answer, "now", how);
    EXPECT_THAT(out, testing::HasSubstr("Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"));
    EXPECT_THAT(out, testing::EndsWith("\r\n\r\n3\r\n123\r\n3\r\n456\r\n2\r\n78\r\n0\r\n\r\n"));
    EXPECT_THAT(out, testing::Not(testing::HasSubstr("Content-Length")));
}

} // namespace
} // namespace noteload::sandbox
