// What `csv_reader_test.cpp` does for the usual dialect, for the others.

#include "noteload/source/dialect_options.hpp"

#include "support.hpp"
#include "support/temp_folder.hpp"
#include "written.hpp"

namespace noteload::source::test {

namespace {

using rows = std::vector<std::vector<std::string>>;
using testing::HasSubstr;

class CsvDialects : public testing::Test {
protected:
    opened open(const std::string& bytes, std::vector<std::string> columns = {"id", "note"}) {
        auto options = wanting(std::move(columns), max_record_);
        options.dialect = dialect_;
        const auto looked = look_at(folder_.write("notes.csv", bytes), std::nullopt);
        return looked ? open_reader(*looked, options) : opened(looked.error());
    }
    rows read(const std::string& bytes, std::vector<std::string> columns = {"id", "note"}) {
        return cells_of(all(open(bytes, std::move(columns))));
    }
    std::string why_not(const std::string& bytes) {
        const auto reader = open(bytes);
        EXPECT_FALSE(reader);
        return reader ? "" : reader.error().message;
    }

    dialect_options dialect_;
    std::size_t max_record_ = 1 << 20;
    noteload::test::temp_folder folder_;
};

TEST_F(CsvDialects, ReadsBackslashesBeforeQuotes) {
    dialect_.backslash = true;
    EXPECT_EQ(read("id,note\n1,\"a \\\"b\\\" \\\\\"\n2,\"c:\\d\"\n3,\"e \"\"f\"\"\"\n"),
              (rows{{"1", "a \"b\" \\"}, {"2", "c:\\d"}, {"3", "e \"f\""}}));
    EXPECT_EQ(read("id,note\n1,\"\\\"\n2,\\\"b\n"), (rows{{"<bad_quoting>"}, {"2", "\\\"b"}}))
        << "outside quotes a backslash is text";
    EXPECT_EQ(read("id,note\n1,\"a\\\n\\\"b\"\n2,\"\\\\\\\\\"\n"),
              (rows{{"1", "a\\\n\"b"}, {"2", "\\\\"}}));
}

TEST_F(CsvDialects, WithoutThatTakesABackslashForText) {
    EXPECT_EQ(read("id,note\n1,\"a\\\"\n2,\"b\\\\\"\n"), (rows{{"1", "a\\"}, {"2", "b\\\\"}}));
}

TEST_F(CsvDialects, ReadsSingleQuotes) {
    dialect_.quote = '\'';
    EXPECT_EQ(read("'id','note'\n1,'it''s, \"so\"\n'\n2,don't\n"),
              (rows{{"1", "it's, \"so\"\n"}, {"2", "don't"}}));
}

TEST_F(CsvDialects, SkipsLinesBeforeTheHeader) {
    dialect_.skip_lines = 3;
    const std::string preamble = "Export of \"notes\r\n\r\nby us, 2019\r";
    const auto reader = open("\xEF\xBB\xBF" + preamble + "id;note\n1;a\n\n2;b\n");
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ((*reader)->header_bytes(), "\xEF\xBB\xBF" + preamble + "id;note");
    const auto got = all(reader);
    EXPECT_EQ(cells_of(got), (rows{{"1", "a"}, {"2", "b"}}));
    EXPECT_EQ(got[0].at, (place{.file = 0, .row = 1, .line = 5, .byte = 43, .size = 3}));
    EXPECT_EQ(got[1].at.line, 7U);
    EXPECT_THAT(why_not("a\nb\n"), HasSubstr("has only 2 whole lines, and 3 are to be skipped"));
}

TEST_F(CsvDialects, ReadsAFileWithoutAHeader) {
    dialect_.no_header = true;
    dialect_.columns = "ID, type ,\"note\"";
    const auto reader = open("1;Call;a\n2;Call\n3;x;\"b;c\"\n");
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_THAT((*reader)->header(), testing::ElementsAre("ID", "type", "note"));
    EXPECT_EQ((*reader)->header_bytes(), "");
    const auto got = all(reader);
    EXPECT_EQ(cells_of(got), (rows{{"1", "a"}, {"<wrong_column_count>"}, {"3", "b;c"}}));
    EXPECT_EQ(got[0].at, (place{.file = 0, .row = 1, .line = 1, .byte = 0, .size = 8}));
    dialect_.skip_lines = 1;
    EXPECT_EQ((*open("by us\n1,b,c\n"))->header_bytes(), "by us");
}

TEST_F(CsvDialects, StartsInTheMiddleOfAFileWithoutAHeader) {
    dialect_.no_header = true;
    dialect_.columns = "id,note";
    const auto looked = look_at(folder_.write("notes.csv", "1,a\n2,b\n3,c\n"), std::nullopt);
    auto options = wanting({"id", "note"});
    options.dialect = dialect_;
    options.start = {.file = 0, .row = 3, .line = 3, .byte = 8, .size = 3};
    EXPECT_EQ(cells_of(all(open_reader(*looked, options))), (rows{{"3", "c"}}));
}

TEST_F(CsvDialects, PassesOverExcelsSeparatorLine) {
    const auto reader = open("sep=;\r\nid;note\r\n1;a,b\r\n");
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ((*reader)->header_bytes(), "sep=;\r\nid;note");
    EXPECT_EQ(cells_of(all(reader)), (rows{{"1", "a,b"}}));
}

TEST_F(CsvDialects, SeparatesByAnyCharacter) {
    for (const std::string separator :
         {"^", "~", " ", "\x01", "\x1F", "\xC2\xA6", "\xE2\x80\xA2", "\xF0\x9F\x98\x80"}) {
        dialect_.delimiter = separator;
        const auto reader =
            open("id" + separator + "note\n1" + separator + "\"a" + separator + "b\"\n");
        ASSERT_TRUE(reader) << reader.error().message;
        EXPECT_EQ((*reader)->header_bytes(), "id" + separator + "note");
        const auto got = all(reader);
        EXPECT_EQ(cells_of(got), (rows{{"1", "a" + separator + "b"}}));
        EXPECT_EQ(got[0].bytes, "1" + separator + "\"a" + separator + "b\"");
    }
}

TEST_F(CsvDialects, TakesAnEmptyLastNameForAColumnThatNobodyWants) {
    EXPECT_EQ(read("id,note,\n1,a,\n2,b\n3,c,,\n"),
              (rows{{"1", "a"}, {"<wrong_column_count>"}, {"<wrong_column_count>"}}));
    EXPECT_EQ(read(",id,,note, ,\n0,1,x,a,y,z\n"), (rows{{"1", "a"}}));
}

TEST_F(CsvDialects, ReadsARowThatACrEndsAmongOthers) {
    EXPECT_EQ(read("id,note\n1,a\n2,b\r3,\"c\"\r\n4,d\r5,e\n6,f\rg\n"),
              (rows{{"1", "a"}, {"2", "b"}, {"3", "c"}, {"4", "d"}, {"5", "e"}, {"6", "f\rg"}}));
    const auto got = all(open("id,note\n1,a\r2,b\r\r3,c\r\n4,d\n"));
    ASSERT_EQ(got.size(), 4U);
    EXPECT_EQ(got[1].at, (place{.file = 0, .row = 2, .line = 2, .byte = 12, .size = 3}));
    EXPECT_EQ(got[2].bytes, "3,c");
    EXPECT_EQ(got[3].at.line, 3U);
}

TEST_F(CsvDialects, NumbersTheLinesOfAnOldMac) {
    const auto got = all(open("id,note\r\r1,\"a\rb\r\nc\nd\"\r2,b\r\n3,c"));
    ASSERT_EQ(got.size(), 3U);
    EXPECT_EQ(got[0].at.line, 3U);
    EXPECT_EQ(got[1].at.line, 7U);
    EXPECT_EQ(got[2].at.line, 8U);
    EXPECT_EQ(cells_of(got)[0][1], "a\rb\r\nc\nd");
}

TEST_F(CsvDialects, SaysWhatWasDecided) {
    const auto words = [this](const std::string& bytes) {
        return to_words((*open(bytes))->facts());
    };
    EXPECT_EQ(words("id,note\n1,a\n"), "CSV in UTF-8, separated by commas, lines ended by LF");
    EXPECT_EQ(words(test::packed(packing::zstd,
                                 in_encoding("\xEF\xBB\xBFid\tnote\r\n1\ta\r\n", "UTF-16LE"))),
              "CSV in UTF-16LE (by its byte order mark), packed with zstd, separated by tabs, "
              "lines ended by CR LF");
    EXPECT_EQ(words("id|note\r1|\xE9\r"),
              "CSV in windows-1252 (by its looks), separated by vertical bars, lines ended by CR");
    EXPECT_EQ(words("'id','note'\n1,a\n"),
              "CSV in UTF-8, separated by commas, cells quoted by ' (by their looks), "
              "lines ended by LF");
    dialect_.encoding = "latin1";
    dialect_.delimiter = "^";
    EXPECT_EQ(words("id^note"), "CSV in latin1 (by --encoding), separated by '^'");
}

TEST_F(CsvDialects, SayTheOptionsThatARejectFileNeeds) {
    const auto options = [this](const std::string& bytes) {
        return options_for_rejects((*open(bytes))->facts(), dialect_);
    };
    EXPECT_EQ(options("id;note\n"), "");
    EXPECT_EQ(options("id;no,te\n1;2\n"), " --delimiter ';'");
    EXPECT_EQ(options("id,note\n1,\xE9\n"), " --encoding 'windows-1252'");
    EXPECT_EQ(options("'id','note'\n1,'a, b'\n"), "") << "the header tells";
    EXPECT_EQ(options("id,note\n1,'a, b'\n"), " --quote \"'\"");
    dialect_.quote = '"';
    EXPECT_EQ(options("'id','note'\n"), " --quote '\"'");
    dialect_.quote = '\'';
    dialect_.backslash = true;
    dialect_.delimiter = "\t";
    dialect_.skip_lines = 1;
    dialect_.no_header = true;
    dialect_.columns = "id,it's";
    EXPECT_EQ(options("\n1\t2\n"),
              " --delimiter tab --quote \"'\" --escape backslash --skip-lines 1 --no-header "
              "--columns 'id,it'\\''s'");
}

TEST_F(CsvDialects, SayWhichOptionsAreImpossible) {
    const auto why = [](auto set) {
        dialect_options o;
        set(o);
        return why_impossible(o);
    };
    EXPECT_EQ(why([](auto&) {}), "");
    EXPECT_THAT(why([](auto& o) { o.encoding = "klingon"; }), HasSubstr("no such encoding"));
    EXPECT_THAT(why([](auto& o) { o.delimiter = "ab"; }), HasSubstr("one character"));
    EXPECT_THAT(why([](auto& o) { o.delimiter = "\n"; }), HasSubstr("one character"));
    EXPECT_THAT(why([](auto& o) { o.delimiter = "\xE9"; }), HasSubstr("one character"));
    EXPECT_THAT(why([](auto& o) { o.delimiter = "\""; }), HasSubstr("the quote"));
    EXPECT_THAT(why([](auto& o) { o.no_header = true; }), HasSubstr("--columns"));
    EXPECT_THAT(why([](auto& o) { o.columns = "a"; }), HasSubstr("--no-header"));
    EXPECT_EQ(why([](auto& o) { o.delimiter = "\xC2\xA7"; }), "");
}

TEST_F(CsvDialects, CallARecordCutOffAtTheEndTruncated) {
    EXPECT_EQ(read("id,type,note\n1,a,b\n2,c", {"id"}), (rows{{"1"}, {"<truncated>"}}));
    EXPECT_EQ(read("id,note\n1,a\n2,h\xC3", {"id"}), (rows{{"1"}, {"<truncated>"}}));
    EXPECT_EQ(read("id,note\n1,a\n2,b", {"id"}), (rows{{"1"}, {"2"}})) << "it may be whole";
    EXPECT_EQ(read("id,note\n1,a\n2,b,c", {"id"}), (rows{{"1"}, {"<wrong_column_count>"}}));
    auto wide = in_encoding("\xEF\xBB\xBFid,note\n1,a\n2,bc", "UTF-16LE");
    wide.pop_back();
    EXPECT_EQ(read(wide, {"id"}), (rows{{"1"}, {"<truncated>"}}));
}

TEST_F(CsvDialects, KeepAllRecordsBeforeTheCutOfPackedData) {
    std::string text = "id,note\n";
    for (int i = 0; i < 300; ++i) {
        text += std::to_string(i) + ",row " + std::to_string(i * 7919 % 1000) + "\n";
    }
    const auto whole = all(open(text));
    for (const packing how : {packing::gzip, packing::zstd, packing::bzip2}) {
        const auto data = test::packed(how, text);
        for (std::size_t size = 20; size < data.size(); size += 3) {
            const auto reader = open(data.substr(0, size));
            if (!reader) {
                EXPECT_THAT(reader.error().message, HasSubstr("cut off")) << size;
                continue;
            }
            const auto got = all(reader);
            ASSERT_FALSE(got.empty());
            ASSERT_EQ(got.back().faults, std::vector{reason::truncated}) << size;
            ASSERT_EQ(std::vector(got.begin(), got.end() - 1),
                      std::vector(whole.begin(),
                                  whole.begin() + static_cast<std::ptrdiff_t>(got.size()) - 1));
        }
    }
}

TEST_F(CsvDialects, SayWhichBytesTheEncodingDoesNotHave) {
    dialect_.encoding = "US-ASCII";
    const auto reader = open("id,note\n1,a\n2,ab\xE9z\n3,c\n");
    const auto got = all(reader);
    EXPECT_EQ(cells_of(got), (rows{{"1", "a"}, {"<bad_encoding>"}, {"3", "c"}}));
    EXPECT_EQ(got[1].bytes, "2,ab\xE9z");
}

TEST_F(CsvDialects, LookFurtherInAFileThatBeginsInAscii) {
    std::string text = "id,note\n";
    while (text.size() < 5 * look_size) {
        text += "1,plain words\n";
    }
    EXPECT_EQ((*open(text))->facts().encoding.name, "UTF-8");
    EXPECT_EQ((*open(text + "2,Andr\xE9\n"))->facts().encoding.name, "windows-1252");
    EXPECT_EQ((*open(text + "2,Andr\xC3\xA9\n3,\xE9\n"))->facts().encoding.name, "UTF-8");
    EXPECT_EQ((*open(test::packed(packing::gzip, text + "2,Andr\xE9\n")))->facts().encoding.name,
              "windows-1252");
}

TEST_F(CsvDialects, AreReadTheSameHoweverTheTextIsCut) {
    const std::string texts[] = {
        "id;note\r1;'it''s\r\n;\r'\r\r2;b\r\n3;\\'c\r4;'d\\';'\r5;e;f\r6;'g",
        "id;note\n1;a\r2;b\n3;'c'\r4;d\r\n5;e\rf\n6;g;h\ri;j\n'7;\n8;k\n",
    };
    for (const auto& text : texts) {
        for (const bool cr_ends : {true, &text == &texts[0]}) {
            same_however_cut(text, [&](auto sizes) {
                opened_text as;
                as.buffer = buffer_of(text, sizes);
                as.facts.csv.dialect = {
                    .delimiter = ';', .quote = '\'', .backslash = true, .cr_ends = cr_ends};
                return read_text(std::move(as), "notes.csv", wanting({"id", "note"}, 40));
            });
        }
    }
}

} // namespace

} // namespace noteload::source::test
