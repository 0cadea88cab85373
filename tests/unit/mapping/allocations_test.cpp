#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "cells.hpp"
#include "noteload/mapping/contact_book.hpp"
#include "noteload/mapping/mapping_file.hpp"
#include "noteload/mapping/note_mapper.hpp"

// Counts what this program allocates: a good row must cost nothing, or memory and time would go
// with the input.

namespace {
std::size_t allocations = 0;
} // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace noteload::mapping {
namespace {

TEST(NoteMapperMemory, IsNotAllocatedForAGoodRow) {
    auto mapper = *note_mapper::by_field_name(
        organization_facts{{"General", "A type with a name beyond any small buffer"},
                           "America/New_York"},
        "Old ID");
    const std::vector<cell> cells = {text("17"),
                                     text(" a TYPE with a name beyond any small buffer"),
                                     text("A note that is longer than any small buffer."),
                                     text("2024-07-15T12:00:00.1234567-07:00"),
                                     text("yes"),
                                     boolean("false"),
                                     number("90"),
                                     text("an old id that is longer than any small buffer")};
    const record row{.at = {}, .bytes = {}, .cells = cells, .faults = {}};
    mapped_note mapped;
    ASSERT_TRUE(mapper.map(row, mapped));
    const auto before = allocations;
    for (int i = 0; i < 1000; ++i) {
        mapper.map(row, mapped);
    }
    EXPECT_EQ(allocations, before);
    EXPECT_EQ(mapped.note.note_date_time, "2024-07-15T15:00:00");
}

TEST(RuleMapperMemory, IsNotAllocatedForAGoodRowOnceTheLongestWasSeen) {
    auto book = std::make_shared<contact_book>();
    book->add("a former id that is longer than any small buffer", 901);
    const auto rules = parse_mapping(R"toml(
key = "Key"
[contactId]
column = "Old"
by = "file:c.csv"
[type]
column = "T"
values = { "a former type that is longer than any small buffer" = "Call" }
otherwise = "General"
[note]
template = "{Text} is what was noted, by {Author}"
source_format = "html"
pictures = "drop with a mark"
max_length = 1000
[noteDateTime]
columns = ["Date", "Time"]
formats = ["%Y-%m-%d %H:%M", "%m/%d/%Y %I:%M:%S %p"]
zone = "America/New_York"
[important]
true = ["a word that is longer than any small buffer"]
[timeSpent]
unit = "hours"
)toml",
                                     "m")
                           .value();
    auto mapper =
        *note_mapper::by_rules(organization_facts{{"General", "Call"}, "US/Arizona"}, rules, book);
    const std::vector<cell> cells = {
        text("a former id that is longer than any small buffer"),
        text("<p>A note &amp; more,\n with <a href=\"https://example.org\">a link</a></p>"),
        text("Somebody"),
        text("A FORMER type that is longer than any small buffer"),
        text("11/24/2019"),
        text("3:05:00 PM"),
        text("a word that is longer than any small buffer"),
        absent(),
        text("1.25"),
        text("an old key that is longer than any small buffer")};
    ASSERT_EQ(mapper.columns().size(), cells.size());
    const record row{.at = {}, .bytes = {}, .cells = cells, .faults = {}};
    mapped_note mapped;
    ASSERT_TRUE(mapper.map(row, mapped)) << mapped.faults[0].detail;
    const auto before = allocations;
    for (int i = 0; i < 1000; ++i) {
        mapper.map(row, mapped);
    }
    EXPECT_EQ(allocations, before);
    EXPECT_EQ(mapped.note.contact_id, 901);
    EXPECT_EQ(mapped.note.note_date_time, "2019-11-24T13:05:00");
    EXPECT_EQ(mapped.note.time_spent, 75);
    EXPECT_EQ(mapped.note.note,
              "A note & more, with a link [https://example.org] is what was noted, by Somebody");
}

} // namespace
} // namespace noteload::mapping
