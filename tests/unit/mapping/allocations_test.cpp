#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

#include "cells.hpp"
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

} // namespace
} // namespace noteload::mapping
