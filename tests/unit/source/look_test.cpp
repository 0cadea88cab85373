#include "noteload/source/look.hpp"

#include <gtest/gtest.h>

namespace noteload::source::test {

namespace {

csv_look look(std::string_view text, const dialect_options& o = {}, bool whole = true) {
    return look_at_csv(text, whole, o);
}

char delimiter_of(std::string_view text) {
    return look(text).dialect.delimiter;
}

TEST(Look, FindsTheSeparatorByTheHeader) {
    EXPECT_EQ(delimiter_of("id,type,note\n1,Call,x\n"), ',');
    EXPECT_EQ(delimiter_of("id;type;note\n1;Call;a, b, c, d\n2;Call;e, f, g\n"), ';');
    EXPECT_EQ(delimiter_of("id\ttype\tnote\n1\tCall\ta, b; c\n"), '\t');
    EXPECT_EQ(delimiter_of("id|type|note"), '|');
    EXPECT_EQ(delimiter_of("id;type;note\r\n"), ';') << "a header alone";
}

TEST(Look, TakesQuotesIntoAccount) {
    EXPECT_EQ(delimiter_of("\"id, old\";\"type, old\";note\n\"1\";\"a\nb, c\";d\n"), ';');
    dialect_options o;
    o.quote = '\'';
    EXPECT_EQ(look("'a;b',c\n'1;2;3',4\n", o).dialect.delimiter, ',');
    EXPECT_EQ(look("'a;b',c\n'1;2;3',4\n", o).dialect.quote, '\'');
}

char quote_of(std::string_view text, bool whole = true) {
    return look(text, {}, whole).dialect.quote;
}

TEST(Look, TakesApostrophesForQuotesWhereTheHeaderHasThem) {
    EXPECT_EQ(quote_of("'id','note'\n'1','a'\n"), '\'');
    EXPECT_EQ(quote_of("'id';'the note''s'\n1;a\n"), '\'');
    EXPECT_EQ(quote_of("'id','note'"), '\'');
    EXPECT_EQ(look("'id','note'\n").quote, quote_sign::header);
    EXPECT_EQ(quote_of("'id',note\n1,a\n"), '"') << "not all of it";
    EXPECT_EQ(quote_of("'id','note'\n1,\"a, b\"\n"), '"') << "the records speak against it";
}

TEST(Look, TakesApostrophesForQuotesWhereRecordsAreBrokenWithoutThem) {
    EXPECT_EQ(quote_of("id,note\n1,'a, b'\n2,c\n"), '\'');
    EXPECT_EQ(quote_of("id,note\n1,'two\nlines'\n2,'it''s'\n"), '\'');
    EXPECT_EQ(quote_of("id,note\n1,'she said \"no\", twice'\n"), '\'');
    EXPECT_EQ(look("id,note\n1,'a, b'\n").quote, quote_sign::records);
    EXPECT_EQ(quote_of("sep=;\nid;note\n1;'a; b'\n"), '\'');
}

TEST(Look, LeavesRemarksInApostrophesAlone) {
    EXPECT_EQ(quote_of("id,note\n1,'quoted remark'\n2,c\n"), '"') << "it reads well as it is";
    EXPECT_EQ(quote_of("id,note\n1,'tis the season\n2,c,d\n"), '"') << "broken both ways";
    EXPECT_EQ(quote_of("id,note\n1,'a, b'\n2,\"c\"\n"), '"') << "a cell begins with a quote";
    EXPECT_EQ(quote_of("id,note\n1,'a, b'\n2,c,d\n"), '"') << "a record is ragged all the same";
    EXPECT_EQ(quote_of("id,note\n1,'a, b'\n2,'tis\n3,c\n", false), '"') << "it runs to the end";
    EXPECT_EQ(quote_of("id,note\n1,it's\n2,a,b\n"), '"') << "no cell is wrapped";
    EXPECT_EQ(look("id,note\n1,'quoted remark'\n").quote, quote_sign::none);
}

TEST(Look, ObeysTheQuoteThatIsGiven) {
    dialect_options o;
    o.quote = '"';
    EXPECT_EQ(look("'id','note'\n'1','a, b'\n", o).dialect.quote, '"');
    o.quote = 0;
    o.delimiter = "'";
    EXPECT_EQ(look("id'note\n1'a\n", o).dialect.quote, '"');
    o = {};
    o.no_header = true;
    o.columns = "id,note";
    EXPECT_EQ(look("1,'a, b'\n2,c\n", o).dialect.quote, '\'');
    EXPECT_EQ(look("'1','a'\n", o).dialect.quote, '"') << "without a header the records tell";
}

TEST(Look, LetsTheRecordsDecideBetweenSeparatorsOfTheHeader) {
    const auto found = look("Name, first;Name, last\nAnn;Lee\nBob;May\n");
    EXPECT_EQ(found.dialect.delimiter, ';');
    EXPECT_TRUE(found.ambiguous);
    EXPECT_FALSE(look("id,note\n").ambiguous);
}

TEST(Look, TakesCommaWhereThereIsNone) {
    EXPECT_EQ(delimiter_of("note\nhello; you\n"), ',');
    EXPECT_EQ(delimiter_of(""), ',');
    EXPECT_EQ(delimiter_of("\n\n"), ',');
}

TEST(Look, ObeysWhatIsGiven) {
    dialect_options o;
    o.delimiter = "|";
    EXPECT_EQ(look("id,a|b\n1,2|3\n", o).dialect.delimiter, '|');
    o.backslash = true;
    EXPECT_TRUE(look("id\n", o).dialect.backslash);
    EXPECT_EQ(look("sep=;\nid;x|y\n", o).dialect.delimiter, '|');
}

TEST(Look, CountsTheColumnsThatAreNamedWhereThereIsNoHeader) {
    dialect_options o;
    o.no_header = true;
    o.columns = "id,type,note";
    EXPECT_EQ(look("1;Call;a,b\n2;Call;c\n", o).dialect.delimiter, ';');
    EXPECT_EQ(look("1,Call,\"a;b;c\"\n", o).dialect.delimiter, ',');
    EXPECT_TRUE(look("1,Call,a\r2,Call\r3,Call,b\r", o).dialect.cr_ends);
    EXPECT_FALSE(look("1,Call,a\rb", o).dialect.cr_ends);
}

TEST(Look, KnowsExcelsSeparatorLine) {
    for (const std::string_view end : {"\n", "\r\n", "\r"}) {
        const auto found = look("sep=;" + std::string(end) + "id,old;note\n");
        EXPECT_TRUE(found.says_separator);
        EXPECT_EQ(found.dialect.delimiter, ';');
    }
    EXPECT_FALSE(look("sep=;x\n1;2\n").says_separator);
    EXPECT_FALSE(look("sep=").says_separator);
}

TEST(Look, TakesACrForARecordsEndWhereThatReadsBetter) {
    EXPECT_TRUE(look("id,note\r1,a\r2,b\r").dialect.cr_ends);
    EXPECT_TRUE(look("id,note\r1,a").dialect.cr_ends);
    EXPECT_TRUE(look("id,note\r1,\"a\nb\"\r2,b\r").dialect.cr_ends);
    EXPECT_TRUE(look("\"id\",\"note\"\n\"1\",\"a\"\r\"2\",\"b\nc\"\n").dialect.cr_ends);
    EXPECT_FALSE(look("id,note\n1,a\rb\n2,\rc\r\n").dialect.cr_ends) << "text in cells";
    EXPECT_FALSE(look("id,no\rte\n1,a\n2,b\n").dialect.cr_ends) << "text in the header";
    EXPECT_FALSE(look("id,note\r\n1,\"a\rb\"\r\n").dialect.cr_ends);
    EXPECT_FALSE(look("id,note\n1,a\r2,b\n").dialect.cr_ends) << "the framer splits such a line";
}

TEST(Look, ReadsNoWorseForABadRow) {
    EXPECT_TRUE(look("id,note\r1,a\r2\r3,b,c\r4,d\r").dialect.cr_ends);
    EXPECT_FALSE(look("id,note\n1\n2,a\rb,c\n").dialect.cr_ends);
}

TEST(Look, SaysHowRecordsEnd) {
    EXPECT_EQ(look("id,note\r\n1,\"a\nb\"\r\n").ends, (line_ends{.cr_lf = true}));
    EXPECT_EQ(look("id,note\n1,\"a\r\nb\"\n2,b\r\n").ends, (line_ends{.lf = true, .cr_lf = true}));
    EXPECT_EQ(look("id,note\r1,a\r").ends, (line_ends{.cr = true}));
    EXPECT_EQ(look("id,note").ends, line_ends{});
}

TEST(Look, IsContentWithTheFirstPart) {
    std::string text = "id;note\r";
    while (text.size() < look_size) {
        text += "1;\"some, words\"\r";
    }
    text.resize(look_size);
    const auto found = look(text, {}, false);
    EXPECT_EQ(found.dialect.delimiter, ';');
    EXPECT_TRUE(found.dialect.cr_ends);
    // A record that is larger than what is looked at.
    EXPECT_EQ(look("id;\"" + std::string(look_size, 'x'), {}, false).dialect.delimiter, ';');
}

TEST(Look, FindsCrBetweenObjectsOfJsonl) {
    EXPECT_TRUE(jsonl_ends_with_cr("{\"a\":1}\r{\"a\":2}\r"));
    EXPECT_TRUE(jsonl_ends_with_cr("{\"a\":1}\n{\"a\":2} \r \r{}\n"));
    EXPECT_FALSE(jsonl_ends_with_cr("{\"a\":1}\r\n{\"a\":2}\r\n"));
    EXPECT_FALSE(jsonl_ends_with_cr("{\"a\":\r{}}\n"));
    EXPECT_FALSE(jsonl_ends_with_cr("{\"a\":1}\r"));
}

TEST(Look, FindsWhatStandsBehindSomeLines) {
    EXPECT_EQ(behind_lines("a\nb\r\nc\rd", 0), 0U);
    EXPECT_EQ(behind_lines("a\nb\r\nc\rd", 1), 2U);
    EXPECT_EQ(behind_lines("a\nb\r\nc\rd", 2), 5U);
    EXPECT_EQ(behind_lines("a\nb\r\nc\rd", 3), 7U);
    EXPECT_EQ(behind_lines("a\nb\r\nc\rd", 9), 8U);
}

} // namespace

} // namespace noteload::source::test
