#include "noteload/run/told_facts.hpp"

#include <gmock/gmock.h>

#include <string>

#include "support/temp_folder.hpp"

namespace noteload::run {
namespace {

using ::testing::ElementsAre;

TEST(ToldFacts, AreReadAsTheyWereWritten) {
    const test::temp_folder folder;
    const mapping::organization_facts first{{"Call", "In \"Person\"", "B\xC3\xBCro "},
                                            "US/Arizona"};
    const mapping::organization_facts second{{}, ""};
    const auto path = folder.write("organization.jsonl", line_of(first) + line_of(second));
    const auto read = read_told_facts(path);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ((*read)[0].types, first.types);
    EXPECT_EQ((*read)[0].time_zone, first.time_zone);
    EXPECT_EQ(line_of((*read)[0]), line_of(first));
    EXPECT_EQ(line_of((*read)[1]), line_of(second));
}

TEST(ToldFacts, ThatCannotAllBeReadAreNotKnown) {
    const test::temp_folder folder;
    const auto good = line_of({{"Call"}, "US/Arizona"});
    EXPECT_FALSE(read_told_facts(folder / "nowhere.jsonl"));
    for (const auto* wrong : {"", "\n", "[]\n", "{\"types\":[\"Call\"]}\n",
                              "{\"types\":[1],\"timeZone\":\"\"}\n", "{\"types\":[\"Ca"}) {
        EXPECT_FALSE(read_told_facts(folder.write("a.jsonl", wrong))) << wrong;
        if (*wrong != '\0') {
            EXPECT_FALSE(read_told_facts(folder.write("b.jsonl", good + wrong))) << wrong;
        }
    }
}

} // namespace
} // namespace noteload::run
