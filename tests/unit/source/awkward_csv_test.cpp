// Kinds of pollution that public suites of CSV files hold, in cases of our own: each file is read
// right, or refused by row, and never shifted.

#include "support.hpp"
#include "support/temp_folder.hpp"

namespace noteload::source::test {

namespace {

using rows = std::vector<std::vector<std::string>>;

class AwkwardCsv : public testing::Test {
protected:
    rows read(const std::string& bytes) {
        auto options = wanting({"id", "type", "note"});
        options.dialect = dialect_;
        const auto looked = look_at(folder_.write("notes.csv", bytes), std::nullopt);
        EXPECT_TRUE(looked);
        return cells_of(all(open_reader(*looked, options)));
    }

    const rows good_ = {{"1", "Call", "a, b"}, {"2", "Email", "c"}};
    const rows ragged_ = {{"1", "Call", "a, b"}, {"<wrong_column_count>"}, {"2", "Email", "c"}};
    dialect_options dialect_;
    noteload::test::temp_folder folder_;
};

TEST_F(AwkwardCsv, TrailingLineEndsMayLackOrBeMany) {
    for (const std::string end : {"", "\n", "\r\n", "\n\n\n", "\r\n\r\n", "\r", "\n\r\n"}) {
        EXPECT_EQ(read("id,type,note\n1,Call,\"a, b\"\n2,Email,c" + end), good_);
    }
}

TEST_F(AwkwardCsv, EmptyLinesMayStandAnywhere) {
    EXPECT_EQ(read("\n\nid,type,note\n\n1,Call,\"a, b\"\n\r\n\n2,Email,c\n"), good_);
}

TEST_F(AwkwardCsv, ARowWithTooManySeparatorsIsRefusedAlone) {
    for (const std::string row : {"9,,Call,x", "9,Call,x,", ",9,Call,x", "9,Call,x,,,", ",,,,"}) {
        EXPECT_EQ(read("id,type,note\n1,Call,\"a, b\"\n" + row + "\n2,Email,c\n"), ragged_) << row;
    }
}

TEST_F(AwkwardCsv, ARowWithTooFewSeparatorsIsRefusedAlone) {
    for (const std::string row : {"9", "9,Call", "9;Call;x", "9\tCall\tx", "\"9,Call,x\"", " "}) {
        EXPECT_EQ(read("id,type,note\n1,Call,\"a, b\"\n" + row + "\n2,Email,c\n"), ragged_) << row;
    }
}

TEST_F(AwkwardCsv, ARowWithAStrayQuoteIsRefusedAlone) {
    const rows refused = {{"1", "Call", "a, b"}, {"<bad_quoting>"}, {"2", "Email", "c"}};
    for (const std::string row : {"\"9,Call,x", "9,\"Call,x", "9,Call,\"x", "\"9\"\"\",Call,\"x\"y",
                                  "9,Call,\"x\" ", "9,\"Call\" ,x", "\"9\"8,Call,x"}) {
        EXPECT_EQ(read("id,type,note\n1,Call,\"a, b\"\n" + row + "\n2,Email,c\n"), refused) << row;
    }
    const rows text = {{"1", "Call", "a, b"}, {"9", "Call", "x\""}, {"2", "Email", "c"}};
    EXPECT_EQ(read("id,type,note\n1,Call,\"a, b\"\n9,Call,x\"\n2,Email,c\n"), text);
}

TEST_F(AwkwardCsv, ARowWithALostSeparatorIsRefusedAlsoWhereATextMakesUpForIt) {
    const rows refused = {{"1", "Call", "a, b"}, {"<bad_quoting>"}, {"2", "Email", "c"}};
    for (const std::string row : {"9,Call\"on Monday, at noon\"", "9\"Call\",\"x, y\"\"\"\"",
                                  "9,Call\"said \"\"yes\"\", twice\"", "9\"Call, again\",x"}) {
        EXPECT_EQ(read("id,type,note\n1,Call,\"a, b\"\n" + row + "\n2,Email,c\n"), refused) << row;
    }
    for (const std::string text : {"5\" pipe", "a \"b\" c", "6'2\"", "\"", "x\"y"}) {
        EXPECT_EQ(read("id,type,note\n1,Call,\"a, b\"\n9,a\" ," + (text == "\"" ? "x\"" : text) +
                       "\n2,Email,c\n")[1][1],
                  "a\" ")
            << "quotes that do not look like a pair are text: " << text;
    }
}

TEST_F(AwkwardCsv, ASecondTableIsRefusedRowByRow) {
    EXPECT_EQ(read("id,type,note\n1,Call,\"a, b\"\n\nsum,count\n5,2\n\n2,Email,c\n"),
              (rows{{"1", "Call", "a, b"},
                    {"<wrong_column_count>"},
                    {"<wrong_column_count>"},
                    {"2", "Email", "c"}}));
}

TEST_F(AwkwardCsv, AFootnoteIsRefused) {
    EXPECT_EQ(read("id,type,note\n1,Call,\"a, b\"\n2,Email,c\n2 rows\n").back(),
              std::vector<std::string>{"<wrong_column_count>"});
    EXPECT_EQ(read("id,type,note\n1,Call,\"a, b\"\n2,Email,c\n\x1A").back(),
              std::vector<std::string>{"<truncated>"});
}

TEST_F(AwkwardCsv, APreambleIsPassedOverWhenItIsNamed) {
    dialect_.skip_lines = 2;
    EXPECT_EQ(read("Notes, all of them;\n\"unclosed\nid;type;note\n1;Call;a, b\n2;Email;c\n"),
              good_);
}

TEST_F(AwkwardCsv, QuotedNamesAndCellsMayHoldEverything) {
    EXPECT_EQ(read("\" ID \",\"ty\"\"pe\",\"note\",\"type\"\n1,x,\"[1,\"\"2\"\"]\n{\"\"a\"\":1}\","
                   "\"\"\"\"\n"),
              (rows{{"1", "\"", "[1,\"2\"]\n{\"a\":1}"}}));
    EXPECT_EQ(read("id,type,note\n,,\n\"\",\"\",\"\"\n\"\n\",\"\r\n\",\"\n\n\"\n"),
              (rows{{"", "", ""}, {"", "", ""}, {"\n", "\r\n", "\n\n"}}));
}

TEST_F(AwkwardCsv, BlanksAroundCellsStay) {
    EXPECT_EQ(read("id , type , note\n1 , Call , x y \n"), (rows{{"1 ", " Call ", " x y "}}));
    // A quote behind a blank is text, so such a row falls apart at the comma, and is refused.
    EXPECT_EQ(read("id, type, note\n1, Call, \"x, y\"\n"), (rows{{"<wrong_column_count>"}}));
    EXPECT_EQ(read("id, type, note\n1, Call, \"x y\" \n"), (rows{{"<bad_quoting>"}}));
}

TEST_F(AwkwardCsv, CharactersOfAllLengthsAreKept) {
    const std::string text =
        "\xCA\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80 \xE2\x80\xA8 \xC2\x85 \xC2\xA0";
    EXPECT_EQ(read("id,type,note\n1,Call,\"" + text + "\"\n"), (rows{{"1", "Call", text}}));
}

TEST_F(AwkwardCsv, WideAndLongFilesAreRead) {
    std::string names = "id,type,note";
    std::string cells = "1,Call,x";
    for (int i = 0; i < 5000; ++i) {
        names += ",c" + std::to_string(i);
        cells += ",\"" + std::to_string(i) + "\"";
    }
    EXPECT_EQ(read(names + "\n" + cells + "\n"), (rows{{"1", "Call", "x"}}));
    const std::string note(500'000, 'x');
    EXPECT_EQ(read("id,type,note\n1,Call," + note + "\n"), (rows{{"1", "Call", note}}));
}

} // namespace

} // namespace noteload::source::test
