#include "noteload/source/json_scalar.hpp"
#include "support.hpp"

namespace noteload::source::test {

namespace {

using rows = std::vector<std::vector<std::string>>;

rows read(const std::string& text, std::vector<std::string> columns = {"id", "note"},
          std::size_t max_record = 1 << 20) {
    return cells_of(all(open_jsonl(text, wanting(std::move(columns), max_record))));
}

TEST(JsonlReader, ReadsTheWantedFieldsWithTheirKinds) {
    const auto records = all(open_jsonl(
        R"({"B":true,"n":null,"x":[1],"a":"t\n\u00e9\ud83d\ude00","d":-1.50e3,"o": {"q": [1, 2]} , "y":{}})",
        wanting({"a", "b", "c", "d", "n", "o"})));
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].cells,
              (decltype(kept::cells){{cell_kind::text, "t\n\xC3\xA9\xF0\x9F\x98\x80"},
                                     {cell_kind::boolean, "true"},
                                     {cell_kind::absent, ""},
                                     {cell_kind::number, "-1.50e3"},
                                     {cell_kind::null, ""},
                                     {cell_kind::nested, "{\"q\": [1, 2]}"}}));
}

TEST(JsonlReader, KeepsIntegersExactHoweverLarge) {
    EXPECT_EQ(read("{\"id\":123456789012345678901234567890,\"x\":1e9999}\n"),
              (rows{{"123456789012345678901234567890", "(absent)"}}));
}

TEST(JsonlReader, PassesOverBlankLinesButCountsThem) {
    const auto records = all(open_jsonl("\n \t\r\n{\"id\":1}\r\n\n{\"id\":2}", wanting({"id"})));
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].at, (place{.file = 0, .row = 1, .line = 3, .byte = 5, .size = 8}));
    EXPECT_EQ(records[1].at, (place{.file = 0, .row = 2, .line = 5, .byte = 16, .size = 8}));
    EXPECT_EQ(records[0].bytes, "{\"id\":1}");
}

TEST(JsonlReader, DropsAByteOrderMarkOnTheFirstLine) {
    EXPECT_EQ(read("\xEF\xBB\xBF{\"id\":1}\n"), (rows{{"1", "(absent)"}}));
}

TEST(JsonlReader, GoesOnAfterABrokenLine) {
    EXPECT_EQ(read("{\"id\":1}\n{\"id\":\n{\"id\":2}\n}\n{\"id\":3}\n"), (rows{{"1", "(absent)"},
                                                                               {"<bad_json>"},
                                                                               {"2", "(absent)"},
                                                                               {"<bad_json>"},
                                                                               {"3", "(absent)"}}));
}

TEST(JsonlReader, RefusesWhatIsNotJson) {
    for (const std::string line : {"{\"a\":01}",
                                   "{\"a\":1.}",
                                   "{\"a\":.5}",
                                   "{\"a\":+1}",
                                   "{\"a\":-}",
                                   "{\"a\":1e}",
                                   "{\"a\":1e+}",
                                   "{\"a\":0x1}",
                                   "{\"a\":NaN}",
                                   "{\"a\":-Infinity}",
                                   "{\"a\":1,}",
                                   "{,}",
                                   "{\"a\"}",
                                   "{\"a\":}",
                                   "{\"a\" 1}",
                                   "{\"a\":1 \"b\":2}",
                                   "{\"a\":1}}",
                                   "{\"a\":1} x",
                                   "{\"a\":1}{\"b\":2}",
                                   "{\"a\":1},",
                                   "{a:1}",
                                   "{'a':1}",
                                   "{\"a\":'b'}",
                                   "{\"a\":tru}",
                                   "{\"a\":trues}",
                                   "{\"a\":nul}",
                                   "{\"a\":True}",
                                   "{\"a\":\"\\x\"}",
                                   "{\"a\":\"\\u12\"}",
                                   "{\"a\":\"\\u123g\"}",
                                   "{\"a\":\"\\\"}",
                                   "{\"a\":\"b}",
                                   "{\"a\":\"\tb\"}",
                                   "{\"a\":\"\\ud800\"}",
                                   "{\"a\":\"\\udc00\"}",
                                   "{\"a\":\"\\ud800\\u0041\"}",
                                   "{\"a\":\"\\ud800\\ud800\"}",
                                   "{\"\\ud800\":1}",
                                   "{\"a\":[1,]}",
                                   "{\"a\":[,1]}",
                                   "{\"a\":[1 2]}",
                                   "{\"a\":[1}",
                                   "{\"a\":[}",
                                   "{\"a\":[1]]}",
                                   "{\"a\":{\"b\":1}",
                                   "{",
                                   "}",
                                   "[",
                                   "]",
                                   "[1",
                                   "[1]]",
                                   "[1] 2",
                                   "1 2",
                                   "\"a\" \"b\"",
                                   "\"a",
                                   "tru",
                                   "nullx",
                                   "{1:2}",
                                   "{null:2}",
                                   "{\"a\"::1}",
                                   "{\"a\":1,,\"b\":2}",
                                   "//c\t{}",
                                   "{/**/\"a\":1}",
                                   "{\"a\":\f1}",
                                   "{\"a\":1\v}",
                                   "\xC2\xA0{\"a\":1}",
                                   "\x1A{}",
                                   "{}\x1A",
                                   "{\"a\":\"\"\"\"}",
                                   "-",
                                   "\\",
                                   "{\"a\":1\\u0020}",
                                   "{\"a\":\"b\"\"c\"}",
                                   "{\"a\":[\"b\"\"c\"]}",
                                   "{\"a\":\"b\"c}",
                                   "{\"a\":1\"b\"}",
                                   "{\"a\":--1}",
                                   "{\"a\":1-1}",
                                   "{\"a\":1.5.5}",
                                   "{\"a\":\xEF\xBC\x91}",
                                   "abc",
                                   "id,type,note",
                                   "{\"a\":{\"b\":}}",
                                   "{\"a\":[{\"b\"}]}"}) {
        EXPECT_EQ(read(line + "\n{\"id\":9}\n"), (rows{{"<bad_json>"}, {"9", "(absent)"}})) << line;
        const std::string last = is_unfinished_json(line) ? "<truncated>" : "<bad_json>";
        EXPECT_EQ(read("{\"id\":9}\n" + line), (rows{{"9", "(absent)"}, {last}})) << line;
    }
}

TEST(JsonlReader, TakesEveryJsonObject) {
    for (const std::string line :
         {"{}", " { } ", "{\"a\":0}", "{\"a\":-0}", "{\"a\":-0.0e-0}", "{\"a\":1E+2}",
          "{\"a\":1e-2}", "{\"a\":[]}", "{\"a\":[[],{},[{}]]}", "{\"\":0}", "{\"a\":\"\"}",
          "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "{\"a\":1,\"a\":2}", "{\"a\":\"\x7F\"}",
          "{\"a\":\"\\u0000\"}", "{\"a\":\"\\uDBFF\\uDFFF\"}",
          "{\"a\":[1,\"b\",null,true,false,{\"c\":[]}]}", "{\"a\" : 1 , \"b\" : [ 1 , 2 ] }\r",
          "\t{\"a\":1}\t"}) {
        EXPECT_EQ(read(line + "\n"), (rows{{"(absent)", "(absent)"}})) << line;
    }
}

TEST(JsonlReader, RefusesOtherValuesThanObjects) {
    for (const std::string line : {"1", " -1.5e2 ", "\"a\"", "\"a\\\"b\"", "null", "true", "false",
                                   "[]", "[1,[2]]", "[{}]"}) {
        EXPECT_EQ(read(line + "\n"), (rows{{"<not_an_object>"}})) << line;
    }
}

TEST(JsonlReader, RefusesAWantedFieldThatIsThereTwice) {
    EXPECT_EQ(read(R"({"note":"a","Note":"b"})"), (rows{{"<duplicate_field>"}}));
    EXPECT_EQ(read(R"({"id":null,"i\u0064":2,"x":1,"x":2})"), (rows{{"<duplicate_field>"}}));
    EXPECT_EQ(read(R"({"id":1,"id":2)"), (rows{{"<truncated>"}}));
}

TEST(JsonlReader, ComparesNamesWithoutCaseAndBlanks) {
    EXPECT_EQ(read(R"({" ID ":1,"nOtE":"x"})"), (rows{{"1", "x"}}));
}

TEST(JsonlReader, TellsBadUtf8AndNulsApart) {
    EXPECT_EQ(read("{\"note\":\"\xFF\"}\n"), (rows{{"<bad_utf8>"}}));
    EXPECT_EQ(read("{\"x\":\"\xED\xA0\x80\"}\n"), (rows{{"<bad_utf8>"}}));
    EXPECT_EQ(read(std::string("{\"x\":\"\0\"}\n", 10)), (rows{{"<nul_byte>"}}));
    EXPECT_EQ(read("{\"note\":\"a\\u0000\"}\n"), (rows{{"<nul_byte>"}}));
}

TEST(JsonlReader, LimitsNesting) {
    const auto nested = [](int n) {
        return "{\"a\":" + std::string(static_cast<std::size_t>(n), '[') +
               std::string(static_cast<std::size_t>(n), ']') + "}";
    };
    EXPECT_EQ(read(nested(1000)), (rows{{"(absent)", "(absent)"}}));
    EXPECT_EQ(read(nested(100'000)), (rows{{"<bad_json>"}}));
    EXPECT_EQ(read(std::string(100'000, '[')), (rows{{"<bad_json>"}}));
}

TEST(JsonlReader, LimitsTheLinesSize) {
    const std::string line = "{\"id\":12345678}";
    ASSERT_EQ(line.size(), 15U);
    for (const std::string end : {"\n", "\r\n", ""}) {
        for (const std::size_t piece : {1U, 5U, 4096U}) {
            const auto at = [&](std::size_t limit) {
                return cells_of(all(open_jsonl(line + end, wanting({"id"}, limit), {piece})));
            };
            EXPECT_EQ(at(15), (rows{{"12345678"}}));
            EXPECT_EQ(at(16), (rows{{"12345678"}}));
            EXPECT_EQ(at(14), (rows{{"<record_too_long>"}}));
        }
    }
    const auto records =
        all(open_jsonl(std::string(50'000, 'x') + "\n{\"id\":1}\n", wanting({"id"}, 10), {100}));
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].at.size, 50'000U);
    EXPECT_EQ(records[0].bytes, "xxxxxxxxxx");
    EXPECT_EQ(records[1].at, (place{.file = 0, .row = 2, .line = 2, .byte = 50'001, .size = 8}));
}

TEST(JsonlReader, ReadsAwkwardInputTheSameHoweverItIsCut) {
    const std::string text =
        "\xEF\xBB\xBF{\"id\":1}\r\n\n{\"note\":\"\xC3\xA9\xF0\x9F\x98\x80\\n\"}\n  \n{\"id\":\n"
        "{\"id\":\"too long, far too long, oh so long\"}\n{\"id\":2}";
    same_however_cut(text, [&](auto sizes) {
        return open_jsonl(text, wanting({"id", "note"}, 30), sizes);
    });
}

TEST(JsonlReader, StartsInTheMiddle) {
    const std::string text = "{\"id\":1}\n\n{\"id\":2}\n{\"id\":3}\n";
    auto options = wanting({"id"});
    const auto whole = all(open_jsonl(text, options));
    for (const auto& from : whole) {
        options.start = from.at;
        ASSERT_EQ(all(open_jsonl(text, options)),
                  std::vector<kept>(whole.begin() + static_cast<std::ptrdiff_t>(from.at.row) - 1,
                                    whole.end()));
    }
}

TEST(JsonlReader, ReadsFieldsInsideByJsonPointer) {
    EXPECT_EQ(read(R"({"contact":{"id":7,"x":[{"y":1},{"y":"b"}]},"a/b":{"~":3}})"
                   "\n",
                   {"/contact/id", "/Contact/x/1/y", "/a~1b/~0", "/contact/none"}),
              (rows{{"7", "b", "3", "(absent)"}}));
    EXPECT_EQ(read(R"({"contact":{"id":{"a":1}},"/contact/id":5})", {"/contact/id", "contact"}),
              (rows{{R"({"a":1})", R"({"id":{"a":1}})"}}));
    EXPECT_EQ(read(R"({"contact":[7,8]})", {"/contact/id", "/contact/1"}),
              (rows{{"(absent)", "8"}}));
}

TEST(JsonlReader, RefusesAFieldInsideThatIsThereTwice) {
    const std::vector<std::string> wanted = {"/contact/id"};
    EXPECT_EQ(read(R"({"contact":{"id":7,"ID":8}})", wanted), (rows{{"<duplicate_field>"}}));
    EXPECT_EQ(read(R"({"contact":{"id":7},"contact":{}})", wanted), (rows{{"<duplicate_field>"}}));
    EXPECT_EQ(read(R"({"contact":{"id":7,"x":1,"x":2},"y":{"id":1}})"
                   "\n{\"contact\":{\"id\":8}}",
                   wanted),
              (rows{{"7"}, {"8"}}));
}

TEST(JsonlReader, CallsALineCutOffAtTheEndTruncated) {
    const std::string line = R"({"id":1,"note":"a \"b\" {c}","x":[true,{"y":null}]})";
    for (std::size_t size = 1; size < line.size(); ++size) {
        EXPECT_EQ(read("{\"id\":9}\n" + line.substr(0, size)),
                  (rows{{"9", "(absent)"}, {"<truncated>"}}))
            << size;
    }
    EXPECT_EQ(read("{\"id\":\"\xC3"), (rows{{"<truncated>"}})) << "in a character";
    EXPECT_EQ(read("{\"id\":1\n"), (rows{{"<bad_json>"}})) << "with a line end it is whole";
}

TEST(JsonlReader, RefusesAnInputWithoutBytes) {
    EXPECT_FALSE(open_jsonl("", wanting({"id"})));
}

} // namespace

} // namespace noteload::source::test
