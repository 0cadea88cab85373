#include "noteload/source/csv_dialect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace noteload::source::test {

namespace {

std::string line_of(std::string_view record, bool quoted, const csv_dialect& dialect = {}) {
    std::string out(record.size() + 1, 'X');
    bool marked = false;
    char* const end = write_line(out.data(), record, dialect, quoted, marked);
    out.resize(static_cast<std::size_t>(end - out.data()));
    EXPECT_EQ(marked, out.find_first_of("\xFE\xFD") != std::string::npos);
    return out;
}

TEST(CsvDialect, WritesARecordForCsvH) {
    EXPECT_EQ(line_of("7,\"a, \"\"b\"\"\nc\"", true),
              "7\xFF"
              "a, \"b\"\xFE"
              "c\n");
    EXPECT_EQ(line_of("7,a,b", false),
              "7\xFF"
              "a\xFF"
              "b\n");
    EXPECT_EQ(line_of("a\r,\r", false), "a\xFD\xFF\xFD\n");
    EXPECT_EQ(line_of("\"\",x\"y\",\"\"\"\",", true), "\xFFx\"y\"\xFF\"\xFF\n");
    EXPECT_EQ(line_of("a;';,';b", true, {';', '\''}),
              "a\xFF;,\xFF"
              "b\n");
}

TEST(CsvDialect, TurnsMarksBack) {
    std::string field =
        "a\xFE"
        "b\xFD\xFE";
    restore_text(field.data(), field.size());
    EXPECT_EQ(field, "a\nb\r\n");
}

TEST(CsvDialect, SplitsAHeader) {
    EXPECT_THAT(split_fields("id,\"a,\nb\"\"\",", {}), testing::ElementsAre("id", "a,\nb\"", ""));
    EXPECT_THAT(split_fields("", {}), testing::ElementsAre(""));
}

} // namespace

} // namespace noteload::source::test
