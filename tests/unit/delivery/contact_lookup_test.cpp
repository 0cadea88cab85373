#include "noteload/delivery/contact_lookup.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "exchange_fixture.hpp"
#include "support/printers.hpp"

namespace noteload::delivery {
namespace {

using test::answer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(LookupPath, EncodesWhatIsNoPlainCharacter) {
    EXPECT_EQ(lookup_path({"LGL"}, "A1"), "/api/Contact/LGL/A1");
    EXPECT_EQ(lookup_path({"Old CRM"}, "A/1?b=c%&\xC3\xA9"),
              "/api/Contact/Old%20CRM/A%2F1%3Fb%3Dc%25%26%C3%A9");
    EXPECT_EQ(lookup_path({""}, "ana+x@example.org"),
              "/api/Contact/Find?email=ana%2Bx%40example.org");
    EXPECT_EQ(lookup_path({"LGL"}, "a.b-c_d~e"), "/api/Contact/LGL/a.b-c_d~e");
    EXPECT_EQ(lookup_path({"LGL"}, ".."), std::nullopt);
    EXPECT_EQ(lookup_path({"LGL"}, "."), std::nullopt);
    EXPECT_EQ(lookup_path({"LGL"}, "a\r\nHost: x"), "/api/Contact/LGL/a%0D%0AHost%3A%20x");
}

test::action contact(long id, const std::string& merged = "null") {
    return answer(200,
                  "{\"id\":" + std::to_string(id) + ",\"mergedIntoContactId\":" + merged + "}");
}

class ContactLookup : public ExchangeTest {
protected:
    void SetUp() override { serve(); }
    result<void> look_up(std::vector<std::string> values) {
        const auto s = server_at(far_->url(), long_enough);
        found_.assign(values.size(), -1);
        contact_lookup all(on_, s,
                           {.how = {"LGL"},
                            .count = values.size(),
                            .value = [&](std::size_t i) -> std::string_view { return values[i]; },
                            .found = [&](std::size_t i, std::int64_t id) { found_[i] = id; },
                            .concurrency = 1,
                            .limit = {}});
        return test::run_task(on_, all.run());
    }
    std::vector<std::int64_t> found_;
};

TEST_F(ContactLookup, FindsEachContactByOneRequest) {
    far_->play({{contact(41), answer(404, ""), contact(43)}});
    ASSERT_TRUE(look_up({"L41", "L42", "L43"}));
    EXPECT_THAT(found_, ElementsAre(41, 0, 43));
    EXPECT_THAT(far_->requests(), ElementsAre(StartsWith("GET /api/Contact/LGL/L41 HTTP/1.1"),
                                              StartsWith("GET /api/Contact/LGL/L42 HTTP/1.1"),
                                              StartsWith("GET /api/Contact/LGL/L43 HTTP/1.1")));
}

TEST_F(ContactLookup, FollowsMerges) {
    far_->play({{contact(41, "50"), contact(50, "51"), contact(51)}});
    ASSERT_TRUE(look_up({"L41"}));
    EXPECT_THAT(found_, ElementsAre(51));
    EXPECT_THAT(far_->requests()[2], StartsWith("GET /api/Contact/51 HTTP/1.1"));
}

TEST_F(ContactLookup, GivesUpOnMergesInACircle) {
    std::vector<test::action> circle;
    for (int i = 0; i < 9; ++i) {
        circle.push_back(contact(41, "41"));
    }
    far_->play({circle});
    ASSERT_TRUE(look_up({"L41"}));
    EXPECT_THAT(found_, ElementsAre(0));
    EXPECT_EQ(far_->requests().size(), 9u);
}

TEST_F(ContactLookup, TriesAgainWhatMayPass) {
    far_->play(
        {{answer(503, ""), answer(429, "", "Retry-After: 0\r\n"), test::reset_after_reading()},
         {contact(41)}});
    ASSERT_TRUE(look_up({"L41"}));
    EXPECT_THAT(found_, ElementsAre(41));
}

TEST_F(ContactLookup, FailsWhereTryingAgainIsUseless) {
    struct {
        test::action what;
        errc expected;
    } const table[] = {
        {answer(401, R"({"message":"denied"})"), errc::token},
        {answer(200, "<html>"), errc::protocol},
        {answer(200, R"({"list":[]})"), errc::protocol},
        {answer(400, R"({"message":"what?"})"), errc::protocol},
    };
    for (const auto& row : table) {
        serve();
        far_->play({{row.what}});
        const auto done = look_up({"L41", "L42"});
        ASSERT_TRUE(done.has_error());
        EXPECT_EQ(done.error().code, row.expected) << done.error().message;
    }
}

TEST_F(ContactLookup, OfNothingIsDoneAtOnce) {
    EXPECT_TRUE(look_up({}));
    EXPECT_TRUE(far_->requests().empty());
}

} // namespace
} // namespace noteload::delivery
