#include "support.hpp"

namespace noteload::source::test {

namespace {

using rows = std::vector<std::vector<std::string>>;

rows read(const std::string& text, std::vector<std::string> columns = {"id", "type", "note"},
          std::size_t max_record = 1 << 20) {
    return cells_of(all(open_csv(text, wanting(std::move(columns), max_record))));
}

std::string header = "id,type,note\n";

TEST(CsvReader, ReadsTheWantedColumnsInTheOrderTheyWereAskedFor) {
    EXPECT_EQ(read("note,x,ID , type\nhello,y,7,Call\n"), (rows{{"7", "Call", "hello"}}));
}

TEST(CsvReader, LeavesAColumnThatTheHeaderLacksAbsent) {
    EXPECT_EQ(read("id,note\n7,\n"), (rows{{"7", "(absent)", ""}}));
}

TEST(CsvReader, ReadsQuotedDelimitersNewlinesAndDoubledQuotes) {
    EXPECT_EQ(read(header + "7,Call,\"a, \"\"b\"\"\nc\r\nd\"\n"),
              (rows{{"7", "Call", "a, \"b\"\nc\r\nd"}}));
    EXPECT_EQ(read(header + "\"\",\"\"\"\",\"\"\"\"\"\"\n"), (rows{{"", "\"", "\"\""}}));
}

TEST(CsvReader, KeepsBlanksInCells) {
    EXPECT_EQ(read(header + " 7 ,\tCall, \" x \n"), (rows{{" 7 ", "\tCall", " \" x "}}));
}

TEST(CsvReader, TakesCrLfOutsideAndLfInsideAndTheReverse) {
    EXPECT_EQ(read("id,type,note\r\n1,a,\"x\ny\"\r\n2,b,\"z\r\n\"\r\n"),
              (rows{{"1", "a", "x\ny"}, {"2", "b", "z\r\n"}}));
    EXPECT_EQ(read("id,type,note\n1,a,\"x\r\ny\"\n2,b,z\n"),
              (rows{{"1", "a", "x\r\ny"}, {"2", "b", "z"}}));
}

TEST(CsvReader, KeepsACarriageReturnThatIsNoLineEnd) {
    EXPECT_EQ(read(header + "1,a\rb,c\r\r\n2,\"\r\",\"d\r\"\n"),
              (rows{{"1", "a\rb", "c\r"}, {"2", "\r", "d\r"}}));
}

TEST(CsvReader, TakesAStrayQuoteInAnUnquotedFieldForText) {
    EXPECT_EQ(read(header + "1,5\" nail,say \"hi\"\n2,b,c\n"),
              (rows{{"1", "5\" nail", "say \"hi\""}, {"2", "b", "c"}}));
}

TEST(CsvReader, CallsTextAfterAClosingQuoteBadQuoting) {
    EXPECT_EQ(read(header + "1,\"a\"b,c\n2,b,c\n"), (rows{{"<bad_quoting>"}, {"2", "b", "c"}}));
    EXPECT_EQ(read(header + "1,\"a\" ,c\n2,b,c\n"), (rows{{"<bad_quoting>"}, {"2", "b", "c"}}));
    EXPECT_EQ(read(header + "1,\"a\"\r,c\n"), (rows{{"<bad_quoting>"}}));
}

TEST(CsvReader, DoesNotLoseTheRowsBehindAStrayOpeningQuote) {
    EXPECT_EQ(read(header + "1,\"a,c\n2,b,c\n3,\"x\",y\n4,b,c\n"),
              (rows{{"<bad_quoting>"}, {"2", "b", "c"}, {"3", "x", "y"}, {"4", "b", "c"}}));
    EXPECT_EQ(read(header + "1,\"a,c\n2,b,c\n3,x,y"),
              (rows{{"<bad_quoting>"}, {"2", "b", "c"}, {"3", "x", "y"}}));
}

TEST(CsvReader, TakesABrokenRecordWholeWhenNoneOfItsLinesIsARow) {
    EXPECT_EQ(read(header + "1,a,\"b\nc\"d\n2,b,c\n"), (rows{{"<bad_quoting>"}, {"2", "b", "c"}}));
    const auto records = all(open_csv(header + "1,a,\"b\nc\n\nd\n", wanting({"id"})));
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].bytes, "1,a,\"b\nc\n\nd");
    EXPECT_EQ(records[0].faults, std::vector{reason::truncated});
}

TEST(CsvReader, DoesNotGuessAtStrayQuotesUnderAHeaderOfOneColumn) {
    EXPECT_EQ(read("note\n\"a\nb\nc", {"note"}), (rows{{"<truncated>"}}));
}

TEST(CsvReader, ReportsAllFaultsOfARecord) {
    const std::string bad = std::string("1,\xFF,\0,d\n", 8);
    const auto records = all(open_csv(header + bad + "2,b,c\n", wanting({"id"})));
    ASSERT_EQ(records.size(), 2U);
    EXPECT_THAT(records[0].faults,
                testing::UnorderedElementsAre(reason::wrong_column_count, reason::nul_byte,
                                              reason::bad_utf8));
    EXPECT_TRUE(records[1].faults.empty());
}

TEST(CsvReader, ExplainsFaultsWithoutTheNotesText) {
    const auto reader = open_csv(header + "1,secret\n\n1,b,\"secret\xFF\"\n", wanting({"id"}));
    record r;
    ASSERT_TRUE((*reader)->next(r).value());
    EXPECT_EQ(r.faults[0].detail, "2 columns where the header has 3");
    ASSERT_TRUE((*reader)->next(r).value());
    EXPECT_EQ(r.faults[0].detail, "byte 12 of the record is not valid UTF-8");
}

TEST(CsvReader, PassesOverBlankLinesButCountsThem) {
    const auto records = all(open_csv("\n\r\nid,x\n\n1,a\r\n\r\n2,\"b\n\"\n3,c", wanting({"id"})));
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].at, (place{.file = 0, .row = 1, .line = 5, .byte = 9, .size = 3}));
    EXPECT_EQ(records[1].at, (place{.file = 0, .row = 2, .line = 7, .byte = 16, .size = 6}));
    EXPECT_EQ(records[2].at, (place{.file = 0, .row = 3, .line = 9, .byte = 23, .size = 3}));
}

TEST(CsvReader, KeepsAByteOrderMarkInTheHeadersBytesOnly) {
    const auto reader = open_csv("\xEF\xBB\xBF\"id\",\"two\nlines\"\r\n7,x\n", wanting({"id"}));
    EXPECT_EQ((*reader)->header_bytes(), "\xEF\xBB\xBF\"id\",\"two\nlines\"");
    EXPECT_EQ((*reader)->header()[0], "id");
    EXPECT_EQ(cells_of(all(reader)), (rows{{"7"}}));
}

TEST(CsvReader, UnquotesHeaderNamesThatSpanLines) {
    const auto reader =
        open_csv("id,\"two\nlines\",\"a \"\"b\"\"\"\n7,x,y\n", wanting({"two\nlines"}));
    EXPECT_THAT((*reader)->header(), testing::ElementsAre("id", "two\nlines", "a \"b\""));
    EXPECT_EQ(cells_of(all(reader)), (rows{{"x"}}));
}

TEST(CsvReader, RefusesInputsWithoutAUsableHeader) {
    const auto message = [](const std::string& text) {
        const auto reader = open_csv(text, wanting({"id"}, 100));
        EXPECT_FALSE(reader);
        EXPECT_EQ(reader.error().code, errc::input);
        return reader.error().message;
    };
    using testing::HasSubstr;
    EXPECT_THAT(message(""), HasSubstr("has no bytes"));
    EXPECT_THAT(message("\n\r\n\n"), HasSubstr("no header"));
    EXPECT_THAT(message("id,x,ID \n"), HasSubstr("columns 1 and 3"));
    EXPECT_THAT(message("\"id,x\n1,2\n"), HasSubstr("never closed"));
    EXPECT_THAT(message("\"id\"x\n1,2\n"), HasSubstr("closing quote"));
    EXPECT_THAT(message("id,\xFF\n1,2\n"), HasSubstr("UTF-8"));
    EXPECT_THAT(message(std::string(101, 'x') + "\n1\n"), HasSubstr("over 100 bytes"));
}

TEST(CsvReader, AllowsDuplicateNamesThatNobodyWants) {
    EXPECT_EQ(read("x,id,x,,\n1,2,3,4,5\n", {"id"}), (rows{{"2"}}));
}

TEST(CsvReader, TakesAHeaderWithoutRows) {
    EXPECT_TRUE(read("id,type,note").empty());
    EXPECT_TRUE(read("id,type,note\r\n\r\n").empty());
}

TEST(CsvReader, LimitsTheRecordsSize) {
    // 20 bytes with its quotes, over two lines.
    const std::string fits = "1,a,\"3456789\n123456\"";
    ASSERT_EQ(fits.size(), 20U);
    for (const std::string end : {"\n", "\r\n", ""}) {
        EXPECT_EQ(read(header + fits + end, {"id"}, 20), (rows{{"1"}}));
        EXPECT_EQ(read(header + fits + end, {"id"}, 21), (rows{{"1"}}));
        EXPECT_EQ(
            read(header + fits + end, {"id"}, 19),
            (rows{{"<record_too_long>"}, {end.empty() ? "<truncated>" : "<wrong_column_count>"}}));
    }
}

TEST(CsvReader, GoesOnAtTheLineAfterARunawaysFirst) {
    EXPECT_EQ(read(header + "1,a,\"b\n2,b,c\n3,b,c\n4,b,c\n", {"id"}, 16),
              (rows{{"<record_too_long>"}, {"2"}, {"3"}, {"4"}}));
}

TEST(CsvReader, CutsALineOverTheLimitAndKeepsItsTrueSize) {
    for (const std::string end : {"\n", "\r\n", ""}) {
        const auto text = header + "1," + std::string(50'000, 'x') + end;
        const auto records = all(open_csv(text, wanting({"id"}, 16), {100}));
        ASSERT_EQ(records.size(), 1U);
        EXPECT_EQ(records[0].bytes, "1,xxxxxxxxxxxxxx");
        EXPECT_EQ(records[0].at.size, 50'002U);
        EXPECT_EQ(records[0].faults, std::vector{reason::record_too_long});
    }
}

TEST(CsvReader, NeverSplitsACharacterOverChunks) {
    const std::string text = header + "1,é,\"ü\n😀\"\n2,😀,€\n";
    same_however_cut(text, [&](auto sizes) {
        return open_csv(text, wanting({"type", "note"}), sizes);
    });
}

TEST(CsvReader, ReadsAwkwardInputTheSameHoweverItIsCut) {
    const std::string texts[] = {
        "\xEF\xBB\xBF\"id\",\"a\nb\",c\r\n1,\"x\r\ny\",\"\"\"\"\r\n\r\n2,b\r,c\r\r\n3,\"d\"\r\n",
        "id,a\n1,\"b\n2,c\n3,\"d\"\n4,\"e\nf\"g\n5,\xC3\xA9\n6,\xC3\n7,\"h",
        "id,a\n1,\"bbbbbbbbbbbbbbbbbbbbbbbbbb\n2,c\n3,dddddddddddddddddddddddddddddd\r\n4,\"\"\n",
    };
    for (const auto& text : texts) {
        same_however_cut(text, [&](auto sizes) {
            return open_csv(text, wanting({"id", "a"}, 24), sizes);
        });
    }
}

TEST(CsvReader, ReturnsARowAsSoonAsItHasArrived) {
    const std::string text = header + "1,a,b\n2,c,d\n3,e";
    const auto first = text.find("2,c");
    const auto reader = open_csv(text, wanting({"id"}), {first, 6, 100});
    record r;
    ASSERT_TRUE((*reader)->next(r).value());
    EXPECT_EQ(r.cells[0].text, "1");
    EXPECT_EQ((*reader)->position(), first);
    EXPECT_FALSE((*reader)->ready());
    ASSERT_TRUE((*reader)->next(r).value());
    EXPECT_EQ(r.cells[0].text, "2");
    EXPECT_FALSE((*reader)->ready());
}

TEST(CsvReader, EndsWithTheFailureOfItsInput) {
    auto source =
        std::make_unique<pieces>(header + "1,a,b\n2,c,d\n", std::vector<std::size_t>{19}, 2);
    opened_text text;
    text.buffer = std::make_unique<input_buffer>(std::move(source), 64);
    const auto reader = read_text(std::move(text), "x", wanting({"id"}));
    record r;
    ASSERT_TRUE((*reader)->next(r).value());
    for (int i = 0; i < 2; ++i) {
        const auto more = (*reader)->next(r);
        ASSERT_FALSE(more);
        EXPECT_EQ(more.error().code, errc::input);
        EXPECT_TRUE((*reader)->ready());
    }
}

TEST(CsvReader, StartsInTheMiddle) {
    const std::string text = header + "1,a,b\n2,\"c\n\",d\n3,e,f\n";
    auto options = wanting({"id"});
    const auto whole = all(open_csv(text, options));
    for (const auto& from : whole) {
        options.start = from.at;
        const auto rest = all(open_csv(text, options));
        ASSERT_EQ(rest,
                  std::vector<kept>(whole.begin() + static_cast<std::ptrdiff_t>(from.at.row) - 1,
                                    whole.end()));
    }
}

TEST(CsvReader, TakesThirtyTwoColumnsOfManyMore) {
    std::string names;
    std::string values;
    std::vector<std::string> wanted;
    for (int i = 0; i < 300; ++i) {
        names += (i ? ",c" : "c") + std::to_string(i);
        values += (i ? ",v" : "v") + std::to_string(i);
        if (i % 9 == 0 && wanted.size() < 32) {
            wanted.push_back("C" + std::to_string(i));
        }
    }
    const auto got = read(names + "\n" + values + "\n", wanted);
    ASSERT_EQ(got.size(), 1U);
    ASSERT_EQ(got[0].size(), 32U);
    EXPECT_EQ(got[0][31], "v279");
}

} // namespace

} // namespace noteload::source::test
