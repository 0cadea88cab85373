#include "noteload/delivery/note_list.hpp"

#include "noteload/text.hpp"

#include <gmock/gmock.h>

namespace noteload::delivery {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

TEST(ReadNotePage, ReadsByContactsAnswer) {
    const auto page = read_note_page(R"({"list":[
        {"id":7,"contactId":5,"createDateTimeUtc":"2026-11-24T19:00:00.0","noteDate":"10/4/2017",
         "type":"Call","note":"<p>a</p>","important":false,"isPrivate":true,"reminder":null,
         "createdByUser":"Jo","later":{"unknown":[1]}},
        {"id":6,"contactId":5,"noteDate":null,"type":"Event","note":null}],"total":12})");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->total, 12);
    contact_note first;
    first.id = 7;
    first.contact_id = 5;
    first.create_date_time_utc = "2026-11-24T19:00:00.0";
    first.created_by_user = "Jo";
    first.note_date = "10/4/2017";
    first.type = "Call";
    first.note = "<p>a</p>";
    first.is_private = true;
    contact_note second;
    second.id = 6;
    second.contact_id = 5;
    second.type = "Event";
    EXPECT_EQ(page->list, (std::vector{first, second}));
}

TEST(ReadNotePage, ReadsAnEmptyPageABareArrayAndAReminder) {
    EXPECT_EQ(read_note_page(R"({"list":[],"total":0})"), (note_page{{}, 0}));
    EXPECT_EQ(read_note_page("[]"), note_page{});
    const auto page = read_note_page(R"([{"id":3,"reminder":{"id":9,"message":"m"}},{"id":2}])");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->total, std::nullopt);
    EXPECT_THAT(page->list, ElementsAre(Field(&contact_note::id, 3), Field(&contact_note::id, 2)));
    ASSERT_TRUE(page->list[0].reminder);
    EXPECT_EQ(page->list[0].reminder->id, 9);
}

TEST(ReadNotePage, TakesATotalOnlyWhereItIsOne) {
    for (const auto* body : {R"({"list":[]})", R"({"list":[],"total":null})",
                             R"({"list":[],"total":"3"})", R"({"list":[],"total":-1})"}) {
        EXPECT_EQ(read_note_page(body), note_page{}) << body;
    }
}

TEST(ReadNotePage, RefusesAPageThatItCannotReadWhole) {
    for (const auto* body :
         {"", "<html>", "{}", "null", "3", R"({"list":null,"total":0})", R"({"list":{},"total":0})",
          R"({"notes":[]})", R"({"list":[{"id":7},{"contactId":5}],"total":2})",
          R"({"list":[{"id":7},null],"total":2})", R"({"list":[{"id":0}]})", R"([1])", R"([[]])",
          R"({"list":[{"id":7}],"total":1)", R"({"list":[{"id":7}],"total":1}x)"}) {
        EXPECT_EQ(read_note_page(body), std::nullopt) << body;
    }
}

std::string read_as(std::string_view text) {
    const auto time = read_server_time(text);
    return time ? utc_text(*time) : "nothing";
}

TEST(ReadServerTime, ReadsAnyNumberOfFractionDigits) {
    EXPECT_EQ(read_as("2017-10-04T12:34:56"), "2017-10-04T12:34:56.000Z");
    EXPECT_EQ(read_as("2017-10-04T12:34:56.1"), "2017-10-04T12:34:56.100Z");
    EXPECT_EQ(read_as("2017-10-04T12:34:56.12"), "2017-10-04T12:34:56.120Z");
    EXPECT_EQ(read_as("2017-10-04T12:34:56.1234567"), "2017-10-04T12:34:56.123Z");
    EXPECT_EQ(read_as("2017-10-04T12:34:56.000000000"), "2017-10-04T12:34:56.000Z");
    using namespace std::chrono;
    EXPECT_EQ(*read_server_time("2017-10-04T12:34:56.123456789") -
                  *read_server_time("2017-10-04T12:34:56"),
              duration_cast<system_clock::duration>(nanoseconds(123456789)));
}

TEST(ReadServerTime, IsUtcUnlessItEndsInAnOffset) {
    EXPECT_EQ(read_as("2017-10-04T12:34:56Z"), "2017-10-04T12:34:56.000Z");
    EXPECT_EQ(read_as("2017-10-04T12:34:56.5Z"), "2017-10-04T12:34:56.500Z");
    EXPECT_EQ(read_as("2017-10-04T12:34:56+02:00"), "2017-10-04T10:34:56.000Z");
    EXPECT_EQ(read_as("2017-10-04T22:34:56.25-07:00"), "2017-10-05T05:34:56.250Z");
    EXPECT_EQ(read_as("2017-10-04T12:34:56+0530"), "2017-10-04T07:04:56.000Z");
    EXPECT_EQ(read_as(" 2024-02-29T23:59:59 "), "2024-02-29T23:59:59.000Z");
    EXPECT_EQ(read_as("2261-12-31T23:59:59.9-14:00"), "2262-01-01T13:59:59.900Z");
}

TEST(ReadServerTime, RefusesWhatIsNoTime) {
    for (const auto* text : {"",
                             "2017-10-04",
                             "2017-10-04T",
                             "2017-10-04T12:34",
                             "2017-10-04T12:34:56.",
                             "2017-10-04T12:34:56.1234567890",
                             "2017-10-04T24:00:00",
                             "2017-10-04T12:60:00",
                             "2017-10-04T12:34:60",
                             "2023-02-29T00:00:00",
                             "2017-13-01T00:00:00",
                             "2017-00-01T00:00:00",
                             "0001-01-01T00:00:00",
                             "9999-12-31T23:59:59.9999999",
                             "2017-10-04T12:34:56+",
                             "2017-10-04T12:34:56+2",
                             "2017-10-04T12:34:56+15:00",
                             "2017-10-04T12:34:56 PM",
                             "2017-10-04T12:34:56ZZ",
                             "10/4/2017 12:00:00 PM",
                             "-017-10-04T12:34:56",
                             "2017-10-04T-1:34:56",
                             "2017-10-04T12:34:56.-5"}) {
        EXPECT_EQ(read_as(text), "nothing") << text;
    }
}

TEST(ReadTimeMade, TakesWhatIsBefore1970ForThatYearsBeginning) {
    const std::chrono::system_clock::time_point beginning;
    for (const auto* text :
         {"0001-01-01T00:00:00", "1899-12-30T00:00:00Z", "1969-05-01T00:00:00"}) {
        EXPECT_EQ(read_server_time(text), std::nullopt) << text;
        EXPECT_EQ(read_time_made(text), beginning) << text;
    }
    for (const auto* text :
         {"1970-01-01T00:00:01", "2017-10-04T12:34:56.5-07:00", "9999-12-31T23:59:59", "",
          "0000-00-00T00:00:00", "0001-01-01 00:00:00", "10/4/2017 12:00:00 PM"}) {
        EXPECT_EQ(read_time_made(text), read_server_time(text)) << text;
    }
}

TEST(NotePaths, AreTheApis) {
    EXPECT_EQ(by_contact_path(123, 0, 100),
              "/api/ContactNote/ByContact/123?sortBy=Id&descending=true&skip=0"
              "&take=100");
    EXPECT_EQ(by_contact_path(9'000'000'000, 200, 50),
              "/api/ContactNote/ByContact/9000000000?sortBy=Id&descending=true"
              "&skip=200&take=50");
    EXPECT_EQ(note_path(991), "/api/ContactNote/991");
}

} // namespace
} // namespace noteload::delivery
