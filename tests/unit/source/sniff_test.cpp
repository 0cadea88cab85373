#include "noteload/source/sniff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace noteload::source::test {

namespace {

using namespace std::string_view_literals;
using testing::HasSubstr;
using testing::Optional;

TEST(Sniff, NamesWhatCannotBeReadAndWhatToDo) {
    EXPECT_THAT(why_unreadable("PK\x03\x04....[Content_Types].xml"sv),
                Optional(HasSubstr("(.xlsx)")));
    EXPECT_THAT(why_unreadable("PK\x03\x04....[Content_Types].xml"sv),
                Optional(HasSubstr("CSV UTF-8")));
    EXPECT_THAT(
        why_unreadable("PK\x03\x04..mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK"sv),
        Optional(HasSubstr("(.ods)")));
    EXPECT_THAT(why_unreadable("PK\x03\x04..notes.csv"sv), Optional(HasSubstr("zip archive")));
    EXPECT_THAT(why_unreadable("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv),
                Optional(HasSubstr("(.xls)")));
    EXPECT_THAT(why_unreadable("\xFD"
                               "7zXZ\0"sv),
                Optional(HasSubstr("unxz")));
    EXPECT_THAT(why_unreadable("7z\xBC\xAF\x27\x1C"sv), Optional(HasSubstr("7z")));
    EXPECT_THAT(why_unreadable(std::string(257, 'x') + "ustar"), Optional(HasSubstr("tar -xf")));
    EXPECT_THAT(why_unreadable("\x1F\x8B\x08"sv), Optional(HasSubstr("twice")))
        << "here it is unpacked already";
    EXPECT_THAT(why_unreadable("ab\0\0\0\1\0\0\0"sv), Optional(HasSubstr("not a text file")));
    EXPECT_THAT(why_unreadable("%PDF-1.4"sv), Optional(HasSubstr("PDF")));
    EXPECT_THAT(why_unreadable("\xEF\xBB\xBF \n<HTML><table>"sv), Optional(HasSubstr("web page")));
}

TEST(Sniff, LetsTextPass) {
    for (const auto text : {"id,note\n"sv, "\xEF\xBB\xBFid\n"sv, "{\"a\":1}"sv, "BZh,a\n"sv,
                            "PK,x"sv, "a\0,b"sv, "x"sv, ""sv, "<b>,x\n"sv, "\xE9,b"sv,
                            "\xFF\xFEi\0d\0"sv, "i\0d\0,\0x\0"sv, "\0\0\xFE\xFF\0\0\0i"sv}) {
        EXPECT_EQ(why_unreadable(text), std::nullopt) << text;
    }
}

TEST(Sniff, NamesJsonThatIsNotJsonl) {
    EXPECT_THAT(why_not_jsonl("[\n{\"a\":1}\n]"), Optional(HasSubstr("jq -c '.[]'")));
    EXPECT_THAT(why_not_jsonl("\xEF\xBB\xBF [ {\"a\":1}]"), Optional(HasSubstr("jq -c '.[]'")));
    EXPECT_THAT(why_not_jsonl("{\r\n \"a\":1\n}"), Optional(HasSubstr("jq -c .")));
    EXPECT_EQ(why_not_jsonl("{\"a\":1}\n"), std::nullopt);
    EXPECT_EQ(why_not_jsonl("[1,2]\n"), std::nullopt);
    EXPECT_EQ(why_not_jsonl(""), std::nullopt);
}

TEST(Sniff, GuessesTheFormat) {
    EXPECT_EQ(guess_format("\xEF\xBB\xBF\n {\"a\":1}"), file_format::jsonl);
    EXPECT_EQ(guess_format("id,note"), file_format::csv);
    EXPECT_EQ(guess_format(""), file_format::csv);
    EXPECT_EQ(format_of_name("/a.b/Notes.NDJSON"), file_format::jsonl);
    EXPECT_EQ(format_of_name("notes.2024.CSV"), file_format::csv);
    EXPECT_EQ(format_of_name("notes.jsonl.gz"), file_format::jsonl);
    EXPECT_EQ(format_of_name("notes.CSV.bz2"), file_format::csv);
    EXPECT_EQ(format_of_name("notes.gz"), std::nullopt);
    EXPECT_EQ(format_of_name("/dir.csv/notes"), std::nullopt);
    EXPECT_EQ(format_of_name("notes"), std::nullopt);
    EXPECT_EQ(format_of_name("notes.json"), std::nullopt);
}

} // namespace

} // namespace noteload::source::test
