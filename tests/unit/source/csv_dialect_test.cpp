#include "noteload/source/csv_dialect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace noteload::source::test {

namespace {

std::string line_of(std::string_view record, bool quoted, const csv_dialect& dialect = {}) {
    std::string out(record.size() + 1, 'X');
    char* const end = write_line(out.data(), record, dialect, quoted);
    out.resize(static_cast<std::size_t>(end - out.data()));
    EXPECT_EQ(out.back(), '\0');
    out.pop_back();
    return out;
}

TEST(CsvDialect, WritesARecordForCsvH) {
    EXPECT_EQ(line_of("7,\"a, \"\"b\"\"\nc\"", true),
              "7\xFF"
              "a, \"b\"\n"
              "c");
    EXPECT_EQ(line_of("7,a,b", false),
              "7\xFF"
              "a\xFF"
              "b");
    EXPECT_EQ(line_of("a\r,\r", false), "a\r\xFF\r");
    EXPECT_EQ(line_of("\"\",x\"y\",\"\"\"\",", true), "\xFFx\"y\"\xFF\"\xFF");
    EXPECT_EQ(line_of("a;';,';b", true, {';', '\''}),
              "a\xFF;,\xFF"
              "b");
}

TEST(CsvDialect, SplitsAHeader) {
    EXPECT_THAT(split_fields("id,\"a,\nb\"\"\",", {}), testing::ElementsAre("id", "a,\nb\"", ""));
    EXPECT_THAT(split_fields("", {}), testing::ElementsAre(""));
}

} // namespace

} // namespace noteload::source::test
