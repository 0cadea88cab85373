// Kinds of lines that public suites of JSON texts hold, in cases of our own: each is read right, or
// refused with the reason that is true of it, and never stops the lines around it.

#include <algorithm>

#include "random_csv.hpp"
#include "reference_json.hpp"
#include "support.hpp"
#include "support/temp_folder.hpp"

namespace noteload::source::test {

namespace {

using rows = std::vector<std::vector<std::string>>;
using namespace std::string_literals;

constexpr int max_depth = 1024;

/// What becomes of `line`, between two good ones.
std::vector<std::string> read(const std::string& line) {
    const auto got = cells_of(all(open_jsonl(
        "{\"note\":\"before\"}\n" + line + "\n{\"note\":\"behind\"}", wanting({"note"}))));
    EXPECT_EQ(got.size(), 3U) << line;
    EXPECT_EQ(got.front(), std::vector<std::string>{"before"}) << line;
    EXPECT_EQ(got.back(), std::vector<std::string>{"behind"}) << line;
    return got.size() < 2 ? std::vector<std::string>() : got[1];
}

void expect_all(const std::vector<std::string>& lines, const std::string& outcome) {
    for (const auto& line : lines) {
        EXPECT_EQ(read(line), std::vector<std::string>{outcome}) << line;
    }
}

TEST(AwkwardJsonl, ObjectsAreReadHoweverTheyAreWritten) {
    expect_all({R"({"note":"x"})", " { \"note\"\t: \"x\" \r} \t", R"({"":0,"note":"x"})",
                R"({"\u006eote":"x"})", R"({"a\u0000b":1,"note":"x"})",
                R"({"a":[],"b":{},"c":[[[{}]]],"note":"x"})", R"({"a":1,"a":2,"note":"x"})",
                R"({"a":[-0,0e1,-0.0,1E-2,123.456e+78],"note":"x"})",
                R"({"a":[1e400,-1e-400,1e99999999999],"note":"x"})",
                R"({"a":123456789012345678901234567890,"note":"x"})",
                R"({"a":"\uD834\uDD1E\uFFFF\uFDD0","note":"x"})",
                R"({"a":"/* no comment */ // \\\" \/","note":"x"})",
                "{\"a\":\"\x7F \xE2\x80\xA8 \xF4\x8F\xBF\xBF \xEF\xBF\xBF\",\"note\":\"x\"}"},
               "x");
}

TEST(AwkwardJsonl, TextsAreKeptToTheLastCharacter) {
    const auto text = [](const std::string& inside) {
        return read("{\"note\":\"" + inside + "\"}")[0];
    };
    EXPECT_EQ(text(""), "");
    EXPECT_EQ(text(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
    EXPECT_EQ(text(R"(\\u0041 \\\\n)"), R"(\u0041 \\n)");
    EXPECT_EQ(text(R"(\uDBFF\uDFFE\u2028\u00A0\u200B\u0012\u007f)"),
              "\xF4\x8F\xBF\xBE\xE2\x80\xA8\xC2\xA0\xE2\x80\x8B\x12\x7F");
    EXPECT_EQ(text("\xC2\x80\xE0\xA0\x80\xF0\x9B\xBF\xBF"), "\xC2\x80\xE0\xA0\x80\xF0\x9B\xBF\xBF");
    EXPECT_EQ(text(std::string(300'000, 'x')).size(), 300'000U);
}

TEST(AwkwardJsonl, ValuesThatAreNoObjectsAreCalledThat) {
    expect_all(
        {"[]", "[1,\"a\",{\"note\":1}]", "[[[[]]]] ", "null", "true", " false", "0", "-0", "-1.5e3",
         "\"\"", "\"note\"", "\" \"", "[\"\\uD834\\uDD1E\"]", "123456789012345678901234567890"},
        "<not_an_object>");
}

TEST(AwkwardJsonl, StructureThatIsWrongIsRefused) {
    expect_all({R"({"note":"x")",
                R"({"note":"x"}})",
                R"({"note":"x"} {})",
                R"({"note":"x"},)",
                R"({"note":"x"}x)",
                R"({"note":"x"}#)",
                R"({"note":"x",})",
                R"({"note":"x",,"a":1})",
                R"({,"note":"x"})",
                R"({"note" "x"})",
                R"({"note"})",
                R"({"note":})",
                R"({"note"::"x"})",
                R"({"note":"x" "a":1})",
                R"({"note":"x":1})",
                R"({"a":"note":"x"})",
                R"({"a":["b":1],"note":"x"})",
                R"({"a":"b":[[]],"note":"x"})",
                R"({"a":[1,],"note":"x"})",
                R"({"a":[,1],"note":"x"})",
                R"({"a":[1 2],"note":"x"})",
                R"({"a":[1}],"note":"x"})",
                R"({"a":{]},"note":"x"})",
                R"({"a":[},"note":"x"})",
                R"({note:"x"})",
                R"({'note':'x'})",
                R"({1:1,"note":"x"})",
                R"({null:1,"note":"x"})",
                R"({"note":"x"/**/})",
                R"({"note":"x"}//)",
                R"({"a":(),"note":"x"})",
                R"({"a":<null>,"note":"x"})",
                "{",
                "[",
                "[1",
                "[1,",
                "]",
                "}",
                ",",
                ":",
                "\"",
                "\"a",
                "\"a\":1",
                "1 2",
                "nul",
                "True",
                "truex",
                "\x0C{\"note\":\"x\"}",
                "{\"note\":\"x\"\x0C}",
                "{\"a\":1\xC2\xA0,\"note\":\"x\"}",
                "{\"a\":\xE2\x81\xA0,\"note\":\"x\"}"},
               "<bad_json>");
}

TEST(AwkwardJsonl, NumbersThatJsonDoesNotHaveAreRefused) {
    for (const std::string number :
         {"01",           "-01",   "+1",       "-",         "1.",   ".5",    "-.5",   "1.e1",
          "1e",           "1e+",   "1eE2",     "0e",        "0x1F", "1_000", "1 000", "1,5.",
          "NaN",          "-NaN",  "Infinity", "-Infinity", "Inf",  "1+2",   "--1",   "1a",
          "\xEF\xBC\x91", "2.3.4", "-foo",     "-1x",       "0.3e+"}) {
        EXPECT_EQ(read("{\"note\":\"x\",\"a\":" + number + "}"),
                  std::vector<std::string>{"<bad_json>"})
            << number;
        EXPECT_EQ(read("{\"note\":" + number + "}"), std::vector<std::string>{"<bad_json>"})
            << number;
    }
}

TEST(AwkwardJsonl, TextsThatJsonDoesNotHaveAreRefused) {
    for (const std::string inside : {"\\x41",
                                     "\\u12",
                                     "\\u12g4",
                                     "\\U0041",
                                     "\\'",
                                     "\\a",
                                     "\\0",
                                     "\\ud800",
                                     "\\ud800x",
                                     "\\udc00",
                                     "\\ud800\\ud800",
                                     "\\ud800\\n",
                                     "\\udd1e\\ud834",
                                     "\t",
                                     "\x01",
                                     "\x1F",
                                     "\\",
                                     "\\\\\\",
                                     "\" \"",
                                     "\\\xF0\x9F\x8C\x80"}) {
        for (const std::string field : {"note", "a"}) {
            const auto got = read("{\"" + field + "\":\"" + inside + "\",\"b\":1}");
            EXPECT_EQ(got, std::vector<std::string>{"<bad_json>"}) << field << ' ' << inside;
        }
        EXPECT_EQ(read("{\"" + inside + "\":1,\"note\":\"x\"}"),
                  std::vector<std::string>{"<bad_json>"});
    }
}

TEST(AwkwardJsonl, BytesThatAreNoTextAreCalledThat) {
    for (const std::string bytes :
         {"\x80", "\xC3", "\xFF", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE0\x80\x80",
          "\xFC\x80\x80\x80\x80\x80", "\xE9t\xE9"}) {
        expect_all({"{\"note\":\"" + bytes + "\"}", "{\"a\":" + bytes + ",\"note\":\"x\"}", bytes,
                    "{\"" + bytes + "\":1}"},
                   "<bad_utf8>");
    }
    expect_all({"{\"note\":\"a\0b\"}"s, "{\"note\":\"x\"\0}"s, "\0"s, "{\"note\":\"x\"}\0"s},
               "<nul_byte>");
    expect_all({R"({"note":"a\u0000b"})"}, "<nul_byte>");
    expect_all({"\xEF\xBB\xBF{\"note\":\"x\"}"},
               "<bad_json>"); // a mark is one only at the beginning
}

TEST(AwkwardJsonl, FieldsThatAreAskedForAreNotThereTwice) {
    expect_all({R"({"note":"x","note":"x"})", R"({"note":"x","NOTE ":"y"})",
                R"({"note":"x","\u006Eote":null})"},
               "<duplicate_field>");
}

TEST(AwkwardJsonl, DepthHasALimitThatIsSaid) {
    const auto deep = [](int n, const char* open, const char* close) {
        std::string text;
        for (int i = 0; i < n; ++i) {
            text += open;
        }
        text += "1";
        for (int i = 0; i < n; ++i) {
            text += close;
        }
        return "{\"a\":" + text + ",\"note\":\"x\"}";
    };
    expect_all({deep(500, "[", "]"), deep(500, "{\"a\":", "}"), deep(max_depth - 1, "[", "]")},
               "x");
    expect_all({deep(max_depth, "[", "]"), deep(50'000, "[", "]"), deep(50'000, "[{\"a\":", "}]"),
                std::string(100'000, '['), std::string(100'000, '{')},
               "<bad_json>");
    record r;
    const auto reader =
        open_jsonl(deep(2000, "[", "]") + "\n{\"a\":\"\\uD800\"}", wanting({"note"}));
    ASSERT_TRUE(reader && *(*reader)->next(r));
    EXPECT_THAT(r.faults[0].detail, testing::HasSubstr("1,024 deep"));
    ASSERT_TRUE(*(*reader)->next(r));
    EXPECT_THAT(r.faults[0].detail, testing::HasSubstr("half a character"));
}

TEST(AwkwardJsonl, AMarkAtTheBeginningAndUtf16AreRead) {
    noteload::test::temp_folder folder;
    const auto read_file = [&](const std::string& bytes) {
        const auto looked = look_at(folder.write("notes.jsonl", bytes), std::nullopt);
        EXPECT_TRUE(looked);
        return cells_of(all(open_reader(*looked, wanting({"note"}))));
    };
    EXPECT_EQ(read_file("\xEF\xBB\xBF{\"note\":\"x\"}"), (rows{{"x"}}));
    EXPECT_EQ(read_file("\xFF\xFE{\0\"\0n\0o\0t\0e\0\"\0:\0\"\0\xE9\0\"\0}\0"s),
              (rows{{"\xC3\xA9"}}));
    EXPECT_EQ(read_file("\0{\0\"\0n\0o\0t\0e\0\"\0:\0\"\0\xE9\0\"\0}\0\n"s), (rows{{"\xC3\xA9"}}));
    EXPECT_EQ(read_file("\xEF\xBB\xBF\n"), rows());
}

TEST(AwkwardJsonl, RandomLinesAreJudgedAsByTheReference) {
    static const std::vector<std::string> bases = {
        R"({"note":"a\"b\u00e9\n\ud83d\ude00 x","z":[1,-2.5e3,true,null,{"q":""}]})",
        R"({"a":{"b":[[]]},"note":""})",
        R"([1,"a"])",
        R"("text")",
        "-0.5E+3",
        "{}"};
    static const std::vector<std::string> noise = {
        "\"", "\"", ":", ",", "{", "}",    "[",    "]",          "\\",   "\\u", "\\ud800", " ",
        "\t", "0",  "-", ".", "e", "true", "null", "\"note\":1", "\x01", "x",   "\xC3\xA9"};
    std::mt19937 random(seed);
    for (int i = 0; i < 20'000; ++i) {
        std::string line = pick(random, bases);
        for (auto n = 1 + random() % 3; n > 0; --n) {
            const std::size_t at = random() % (line.size() + 1);
            line.replace(at, random() % 3, random() % 3 == 0 ? "" : pick(random, noise));
        }
        if (line.find_first_not_of(" \t") == std::string::npos ||
            line.find('\xC3') != line.rfind('\xC3')) {
            continue; // halves of characters are cut above
        }
        const auto got = all(open_jsonl(line + "\n", wanting({"note"})));
        ASSERT_EQ(got.size(), 1U) << "seed " << seed << ": " << line;
        const reason why = got[0].faults.empty() ? reason::duplicate_field : got[0].faults[0];
        if (why == reason::bad_utf8) {
            continue;
        }
        const auto kind = reference_json::of(line, max_depth);
        ASSERT_EQ(why == reason::bad_json, kind == reference_json::kind::broken)
            << "seed " << seed << ": " << line;
        ASSERT_EQ(why == reason::not_an_object, kind == reference_json::kind::other)
            << "seed " << seed << ": " << line;
    }
}

} // namespace

} // namespace noteload::source::test
