#include "noteload/delivery/contact_page.hpp"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include <string>
#include <vector>

namespace noteload::delivery {

namespace {

using ::testing::ElementsAre;

std::vector<std::string> told(std::string_view body) {
    std::vector<std::string> out;
    const auto page = read_contact_page(body, [&](const listed_contact& c) {
        out.push_back(fmt::format("{} {}:{} {}", c.id, c.source, c.reference, c.merged_into));
    });
    out.push_back(page ? fmt::format("{} of {}", page->contacts, page->total) : "no page");
    return out;
}

TEST(ContactPage, TellsEachReferenceOfEachContact) {
    EXPECT_THAT(told(R"({"list":[{"id":1,"mergedIntoContactId":null,"contactReferences":[
                         {"source":"LGL","id":"L1"},{"source":"Old","id":7}]},
                        {"id":2,"mergedIntoContactId":9},{"id":3,"contactReferences":[]}],"total":9})"),
                ElementsAre("1 LGL:L1 0", "1 Old:7 0", "2 : 9", "3 : 0", "3 of 9"));
}

TEST(ContactPage, IsNothingElse) {
    for (const auto* other : {"", "{}", "[]", R"({"list":{}})", R"({"list":[1]})", "<html>"}) {
        EXPECT_EQ(told(other).back(), "no page") << other;
    }
    EXPECT_THAT(told(R"({"list":[]})"), ElementsAre("0 of 0"));
    EXPECT_THAT(told(R"({"list":[{"id":0},{"id":5}],"total":1})"), ElementsAre("5 : 0", "2 of 2"));
}

TEST(ContactPage, IsTakenWhereThatNeedsFewerRequests) {
    EXPECT_FALSE(may_page(20));
    EXPECT_TRUE(may_page(21));
    EXPECT_TRUE(pages_are_fewer(21'000, 21));
    EXPECT_FALSE(pages_are_fewer(21'001, 21));
    EXPECT_TRUE(pages_are_fewer(0, 21));
}

} // namespace

} // namespace noteload::delivery
