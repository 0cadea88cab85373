#include "noteload/source/patterns.hpp"

#include <gmock/gmock.h>

#include "support/temp_folder.hpp"

namespace noteload::source::test {

namespace {

using testing::ElementsAre;

TEST(Patterns, BecomeTheFilesThatTheyMatch) {
    const noteload::test::temp_folder folder;
    const auto b = folder.write("b.csv", "id\n");
    const auto a = folder.write("a.csv", "id\n");
    const auto other = folder.write("c.jsonl", "{}\n");
    EXPECT_THAT(expand_patterns({folder / "*.csv"}), ElementsAre(a, b));
    EXPECT_THAT(expand_patterns({other, folder / "?.csv"}), ElementsAre(other, a, b));
    EXPECT_THAT(expand_patterns({folder / "*.csv", a}), ElementsAre(b, a)) << "none twice";
    EXPECT_THAT(expand_patterns({folder / "*.txt", "-"}), ElementsAre(folder / "*.txt", "-"));
}

TEST(Patterns, GiveWayToAFileOfThatVeryName) {
    const noteload::test::temp_folder folder;
    folder.write("a.csv", "id\n");
    const auto star = folder.write("*.csv", "id\n");
    EXPECT_THAT(expand_patterns({star}), ElementsAre(star));
}

} // namespace

} // namespace noteload::source::test
