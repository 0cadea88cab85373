#include "noteload/mapping/contact_book.hpp"

#include <gtest/gtest.h>

#include <string>

namespace noteload::mapping {
namespace {

TEST(ContactBook, FindsWhatWasAdded) {
    contact_book book;
    EXPECT_EQ(book.find("A1"), std::nullopt);
    EXPECT_EQ(book.add("A1", 17), contact_book::added::yes);
    EXPECT_EQ(book.add("A1", 17), contact_book::added::again);
    EXPECT_EQ(book.add("A1", 18), contact_book::added::contradicts);
    EXPECT_EQ(book.find("A1"), 17);
    EXPECT_EQ(book.find("a1"), std::nullopt);
    EXPECT_EQ(book.find(""), std::nullopt);
    EXPECT_EQ(book.size(), 1u);
}

TEST(ContactBook, KeepsAMillionApartInSixtyFourBytesEach) {
    contact_book book;
    constexpr std::int64_t n = 1'000'000;
    for (std::int64_t i = 0; i < n; ++i) {
        ASSERT_EQ(book.add("0031a00001X" + std::to_string(1'000'000'000 + i), i + 1),
                  contact_book::added::yes);
    }
    for (std::int64_t i = 0; i < n; i += 777) {
        EXPECT_EQ(book.find("0031a00001X" + std::to_string(1'000'000'000 + i)), i + 1);
    }
    EXPECT_EQ(book.find("0031a00001X"), std::nullopt);
    EXPECT_LE(book.memory() / n, 64u);
}

} // namespace
} // namespace noteload::mapping
