#include "noteload/run/check_facts.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>
#include <sstream>

namespace noteload::run {

inline void PrintTo(const counted_value& v, std::ostream* out) {
    *out << v.value << " (" << v.rows << ')';
}

namespace {

using ::testing::ElementsAre;

/// A row of contact and note, or why it is none.
struct row_of {
    std::string contact;
    std::string text;
    std::string type = "Call";
    std::string date{};
    std::optional<reason> wrong{};
};

/// As `row`, counted from a part's beginning.
void add_row(row_tally& to, const row_of& from, std::uint64_t row) {
    const cell cells[] = {{cell_kind::text, from.contact}, {cell_kind::absent, {}}};
    const record r{.at = {.file = 0, .row = row, .line = 2 * row, .byte = 0, .size = 0},
                   .bytes = {},
                   .cells = cells,
                   .faults = {}};
    mapping::mapped_note note;
    note.note.type = from.type;
    note.note.note = from.text;
    note.note.note_date_time = from.date;
    if (from.wrong) {
        note.faults.push_back({*from.wrong, ""});
    }
    note.note.contact_id = static_cast<std::int64_t>(from.contact.size() + 10 * from.contact[0]);
    to.add(r, note, outcome::invalid);
}

class CheckFacts : public ::testing::Test {
protected:
    void row(std::string_view contact, std::string_view text, std::string_view type = "Call",
             std::string_view date = "", std::optional<reason> wrong = std::nullopt) {
        add_row(
            rows_,
            {std::string(contact), std::string(text), std::string(type), std::string(date), wrong},
            ++row_);
    }
    note_facts tell() {
        facts_.add(rows_, {});
        return facts_.tell();
    }
    static std::vector<std::uint64_t> rows_of(const std::vector<place>& places) {
        std::vector<std::uint64_t> out;
        for (const auto& at : places) {
            out.push_back(at.row);
        }
        return out;
    }

    row_tally rows_{{.contact_at = 0}};
    check_facts facts_{{"ID", "note"}, 64 * 16};
    std::uint64_t row_ = 0;
};

TEST_F(CheckFacts, CountTypesAndFindTheLongestNoteAndTheDates) {
    row("1", "ab", "Call", "2019-03-04");
    row("2", "\xC3\xA4\xC3\xB6\xC3\xBC", "Email", "2019-03-03T23:59:59");
    row("3", "abc", "Email");
    row("4", "far too long to count", "Nothing", "1800-01-01", reason::bad_date);
    const auto f = tell();
    EXPECT_EQ(f.longest, 3U);
    EXPECT_EQ(f.longest_at.row, 2U) << "characters, not bytes; the first of equals";
    EXPECT_THAT(f.types, ElementsAre(counted_value{"Email", 2}, counted_value{"Call", 1}));
    EXPECT_EQ(f.first_date.text, "2019-03-03T23:59:59");
    EXPECT_EQ(f.last_date.text, "2019-03-04");
    EXPECT_EQ(f.last_date.at.row, 1U);
    EXPECT_EQ(f.without_date, 1U);
    EXPECT_EQ(f.contacts, 3U) << "of rows that would be sent";
    EXPECT_EQ(f.named_contacts, 4U) << "an import looks up what the others name, too";
}

TEST_F(CheckFacts, FindNotesThatAreEqualToAnEarlierOne) {
    for (int round = 0; round < 3; ++round) {
        for (const auto* text : {"a", "b", "c"}) {
            row("1", text);
        }
        row("2", "a");
        row("x", "a", "Call", "", reason::bad_contact_id);
    }
    const auto f = tell();
    EXPECT_EQ(f.repeated, 8U);
    EXPECT_THAT(rows_of(f.repeated_first), ElementsAre(6, 7, 8));
    EXPECT_EQ(f.remembered, 0U);
}

TEST_F(CheckFacts, SayWhereTheyGaveUp) {
    for (int i = 0; i < 10'000; ++i) {
        row("1", std::to_string(i % 5000));
    }
    const auto f = tell();
    EXPECT_EQ(f.remembered, 64U * 14) << "seven of eight slots";
    EXPECT_EQ(f.repeated, 64U * 14) << "of those that are remembered";
}

TEST_F(CheckFacts, ListUnknownContactsOnceWithTheirRows) {
    row(" B ", "x", "Call", "", reason::unknown_contact);
    row("A", "x", "Call", "", reason::unknown_contact);
    row("B", "y", "Call", "", reason::unknown_contact);
    row("C", "z", "Call", "", reason::bad_date);
    EXPECT_THAT(tell().unknown, ElementsAre(counted_value{"B", 2}, counted_value{"A", 1}));
}

TEST_F(CheckFacts, TellWhichColumnsAreThere) {
    row("1", "x");
    const auto f = tell();
    EXPECT_THAT(f.used_columns, ElementsAre("ID"));
    EXPECT_THAT(f.missing_columns, ElementsAre("note"));
}

row_of any_row(std::mt19937_64& random) {
    const auto few = [&random](std::size_t most) { return std::to_string(random() % most); };
    row_of r{.contact = few(40), .text = std::string(random() % 30, 'x') + few(50)};
    r.type = "type " + few(random() % 10 == 0 ? 3000 : 4);
    r.date = random() % 4 == 0 ? "" : "2019-0" + std::to_string(1 + random() % 9) + "-01";
    if (random() % 5 == 0) {
        r.wrong = random() % 2 == 0 ? reason::unknown_contact : reason::bad_date;
    }
    return r;
}

std::string told(const note_facts& f) {
    std::ostringstream out;
    const auto put_place = [&out](const place& at) {
        out << ' ' << at.file << ':' << at.row << ':' << at.line;
    };
    const auto put_values = [&out](const std::vector<counted_value>& values) {
        for (const auto& v : values) {
            out << ", " << v.value << " (" << v.rows << ')';
        }
    };
    out << "longest " << f.longest;
    put_place(f.longest_at);
    out << "; dates " << f.first_date.text;
    put_place(f.first_date.at);
    out << " to " << f.last_date.text;
    put_place(f.last_date.at);
    out << ", without " << f.without_date << "; types";
    put_values(f.types);
    out << ", others " << f.other_types << "; repeated " << f.repeated;
    for (const auto& at : f.repeated_first) {
        put_place(at);
    }
    out << " of " << f.remembered << "; contacts " << f.contacts << f.contacts_are_more
        << "; unknown";
    put_values(f.unknown);
    out << ", more " << f.more_unknown << "; columns " << f.used_columns.size();
    return out.str();
}

TEST(CheckFactsOfParts, AreThoseOfTheWhole) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        std::mt19937_64 random(seed);
        const std::size_t room = seed % 4 == 0 ? 64 * 16 : seen_hashes::most_slots;
        check_facts whole({"ID", "note"}, room);
        check_facts parts({"ID", "note"}, room);
        const row_tally::wants wants{.contact_at = 0};
        row_tally all(wants);
        row_tally part(wants);
        place before;
        std::uint64_t in_part = 0;
        const std::uint64_t rows = random() % 4000;
        for (std::uint64_t row = 1; row <= rows; ++row) {
            const auto r = any_row(random);
            add_row(all, r, row);
            add_row(part, r, ++in_part);
            if (random() % 100 == 0 || row == rows) {
                parts.add(part, before);
                part.clear(); // one tally after the other, as a worker has them
                before.row += in_part;
                before.line += 2 * in_part;
                in_part = 0;
            }
        }
        whole.add(all, {});
        ASSERT_EQ(told(parts.tell()), told(whole.tell())) << "seed " << seed;
    }
}

TEST(CheckFactsOfParts, TellTheFileOfWhatIsRepeated) {
    check_facts facts({"ID", "note"});
    for (std::uint32_t file = 0; file < 3; ++file) {
        row_tally rows({.contact_at = 0});
        add_row(rows, {"1", "a"}, 1);
        facts.add(rows, {.file = file, .row = file, .line = 10});
    }
    const auto first = facts.tell().repeated_first;
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0], (place{.file = 1, .row = 2, .line = 12}));
    EXPECT_EQ(first[1], (place{.file = 2, .row = 3, .line = 12}));
}

TEST(RowTally, KeepsWhatIsAskedForOfRowsAndNoMore) {
    row_tally rows({.contact_at = 0, .bodies = 1, .unsent_bytes = false});
    add_row(rows, {"1", "a"}, 1);
    add_row(rows, {"2", "b"}, 2);
    add_row(rows, {"3", "c", "Call", "", reason::bad_date}, 3);
    EXPECT_EQ(rows.rows, 3U);
    EXPECT_EQ(rows.to_send, 2U);
    EXPECT_EQ(rows.bodies.size(), 1U);
    ASSERT_EQ(rows.unsent.size(), 1U);
    EXPECT_EQ(rows.unsent[0].at.row, 3U);
    EXPECT_EQ(rows.unsent[0].faults[0].why, reason::bad_date);
    EXPECT_EQ(rows.unsent[0].bytes, "");
    rows.clear();
    EXPECT_EQ(rows.rows + rows.to_send + rows.bodies.size() + rows.unsent.size(), 0U);
}

TEST(SeenHashes, TellHowManyAnotherHasNotSeen) {
    seen_hashes some;
    seen_hashes others;
    for (std::uint64_t hash = 0; hash < 100; ++hash) {
        some.saw(hash + 5);
        others.saw(hash + 90);
    }
    EXPECT_EQ(some.size_without(others), 85u);
    EXPECT_EQ(others.size_without(some), 85u);
    EXPECT_EQ(some.size_without(some), 0u);
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
