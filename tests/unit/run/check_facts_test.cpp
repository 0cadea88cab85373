#include "noteload/run/check_facts.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>

namespace noteload::run {

inline void PrintTo(const counted_value& v, std::ostream* out) {
    *out << v.value << " (" << v.rows << ')';
}

namespace {

using ::testing::ElementsAre;

class CheckFacts : public ::testing::Test {
protected:
    /// A row of contact and note; its type, its date, and the reason why it is no note.
    void row(std::string_view contact, std::string_view text, std::string_view type = "Call",
             std::string_view date = "", std::optional<reason> wrong = std::nullopt) {
        const cell cells[] = {{cell_kind::text, contact}, {cell_kind::absent, {}}};
        const record r{.at = {.file = 0, .row = ++row_, .line = row_ + 1, .byte = 0, .size = 0},
                       .bytes = {},
                       .cells = cells,
                       .faults = {}};
        mapping::mapped_note note;
        note.note.type = type;
        note.note.note = text;
        note.note.note_date_time = date;
        if (wrong) {
            note.faults.push_back({*wrong, ""});
        }
        facts_.add(r, note, std::string(contact) + std::string(text));
    }
    static std::vector<std::uint64_t> rows_of(const std::vector<place>& places) {
        std::vector<std::uint64_t> out;
        for (const auto& at : places) {
            out.push_back(at.row);
        }
        return out;
    }

    check_facts facts_{{"ID", "note"}, " id ", 64 * 16};
    std::uint64_t row_ = 0;
};

TEST_F(CheckFacts, CountTypesAndFindTheLongestNoteAndTheDates) {
    row("1", "ab", "Call", "2019-03-04");
    row("2", "\xC3\xA4\xC3\xB6\xC3\xBC", "Email", "2019-03-03T23:59:59");
    row("3", "abc", "Email");
    row("4", "far too long to count", "Nothing", "1800-01-01", reason::bad_date);
    const auto f = facts_.tell();
    EXPECT_EQ(f.longest, 3U);
    EXPECT_EQ(f.longest_at.row, 2U) << "characters, not bytes; the first of equals";
    EXPECT_THAT(f.types, ElementsAre(counted_value{"Email", 2}, counted_value{"Call", 1}));
    EXPECT_EQ(f.first_date.text, "2019-03-03T23:59:59");
    EXPECT_EQ(f.last_date.text, "2019-03-04");
    EXPECT_EQ(f.last_date.at.row, 1U);
    EXPECT_EQ(f.without_date, 1U);
    EXPECT_EQ(f.contacts, 4U);
}

TEST_F(CheckFacts, FindNotesThatAreEqualToAnEarlierOne) {
    for (int round = 0; round < 3; ++round) {
        for (const auto* text : {"a", "b", "c"}) {
            row("1", text);
        }
        row("2", "a");
        row("x", "a", "Call", "", reason::bad_contact_id);
    }
    const auto f = facts_.tell();
    EXPECT_EQ(f.repeated, 8U);
    EXPECT_THAT(rows_of(f.repeated_first), ElementsAre(6, 7, 8));
    EXPECT_EQ(f.remembered, 0U);
}

TEST_F(CheckFacts, SayWhereTheyGaveUp) {
    for (int i = 0; i < 10'000; ++i) {
        row("1", std::to_string(i % 5000));
    }
    const auto f = facts_.tell();
    EXPECT_EQ(f.remembered, 64U * 14) << "seven of eight slots";
    EXPECT_EQ(f.repeated, 64U * 14) << "of those that are remembered";
}

TEST_F(CheckFacts, ListUnknownContactsOnceWithTheirRows) {
    row(" B ", "x", "Call", "", reason::unknown_contact);
    row("A", "x", "Call", "", reason::unknown_contact);
    row("B", "y", "Call", "", reason::unknown_contact);
    row("C", "z", "Call", "", reason::bad_date);
    EXPECT_THAT(facts_.tell().unknown, ElementsAre(counted_value{"B", 2}, counted_value{"A", 1}));
}

TEST_F(CheckFacts, TellWhichColumnsAreThere) {
    row("1", "x");
    const auto f = facts_.tell();
    EXPECT_THAT(f.used_columns, ElementsAre("ID"));
    EXPECT_THAT(f.missing_columns, ElementsAre("note"));
}

TEST(SeenHashes, AreThoseOfASet) {
    const unsigned seed = 5;
    std::mt19937_64 random(seed);
    seen_hashes seen;
    std::set<std::uint64_t> reference;
    for (int i = 0; i < 200'000; ++i) {
        // Runs of neighbours, too.
        const auto hash = 1 + (random() % 100'000) * (i % 2 == 0 ? 1 : 0x9E3779B97F4A7C15);
        ASSERT_EQ(seen.saw(hash), !reference.insert(hash).second) << "seed " << seed;
    }
    EXPECT_EQ(seen.size(), reference.size());
    EXPECT_FALSE(seen.gave_up());
}

} // namespace

} // namespace noteload::run
