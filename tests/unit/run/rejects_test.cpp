// A reject file read again, unmended and with the same options, gives the same reject file.

#include <gmock/gmock.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "noteload/run/check.hpp"
#include "support/temp_folder.hpp"

namespace noteload::run {
namespace {

std::string wide(std::string_view ascii, bool little = true) {
    std::string out;
    for (const char c : ascii) {
        out += little ? std::string{c, '\0'} : std::string{'\0', c};
    }
    return out;
}

class Rejects : public ::testing::Test {
protected:
    /// The `invalid` file of a check of `path`; empty for none.
    std::string rejects_of(const std::string& path, const std::string& into) {
        check_options o;
        o.paths = {path};
        o.reading = reading_;
        o.base_url = "https://localhost";
        o.run_dir = folder_ / into;
        const auto found = run_check(o, {.rows = [](std::uint64_t) {}, .looking_up = {}});
        EXPECT_TRUE(found) << found.error().message;
        invalid_ = found ? found->summary.counts()[outcome::invalid] : 0;
        return folder_ / (into + "/invalid" + ending_);
    }
    /// Checks `bytes`, whose reject file is `expected`, and then that.
    void expect_rejects(const std::string& bytes, const std::string& expected) {
        const auto first = rejects_of(folder_.write("notes" + ending_, bytes), "first");
        EXPECT_EQ(test::read_file(first), expected);
        const auto rows = invalid_;
        const auto second = rejects_of(first, "second");
        EXPECT_EQ(test::read_file(second), expected);
        EXPECT_EQ(invalid_, rows);
    }

    input_options reading_;
    std::string ending_ = ".csv";
    std::uint64_t invalid_ = 0;
    test::temp_folder folder_;
};

const std::string header = "contactId,type,note";

TEST_F(Rejects, OfTheUsualDialectAreTheSame) {
    expect_rejects(header + "\r\n1,Call,a\r\nx,Call,\"b\r\nc\"\r\n2,Call\r\n3,\"Call\"s,\"d\r\n",
                   header + "\nx,Call,\"b\r\nc\"\n2,Call\n3,\"Call\"s,\"d\n");
}

TEST_F(Rejects, OfARowThatIsNotUtf8AreTheSame) {
    const std::string good = "1,Call,J\xC3\xBCrgen\n";
    expect_rejects(header + "\n" + good + "2,Call,Andr\xE9\n" + good,
                   header + "\n2,Call,Andr\xE9\n");
    expect_rejects(header + "\n1,Call,a\n2,Call,\xFF\n", header + "\n2,Call,\xFF\n");
}

TEST_F(Rejects, OfOtherSeparatorsAndQuotesAreTheSame) {
    reading_.dialect.quote = '\'';
    reading_.dialect.backslash = true;
    const std::string names = "'contactId';type;'note'";
    expect_rejects(names + "\n1;Call;'it\\'s'\nx;Call;'it\\'s; \"so\"\n'\n2;Call\n",
                   names + "\nx;Call;'it\\'s; \"so\"\n'\n2;Call\n");
}

TEST_F(Rejects, OfQuotesThatWereLookedForAreTheSame) {
    expect_rejects("'contactId','type','note'\n'1','Call','a'\nx,Call,'b, c'\n2,Call\n",
                   "'contactId','type','note'\nx,Call,'b, c'\n2,Call\n");
    // Read well with ", but for this row: alone it would look as if it were quoted by '.
    expect_rejects(header + "\n1,Call,\"a\"\n2,Call,'b, c'\n", header + "\n2,Call,'b, c'\n");
}

TEST_F(Rejects, OfAnOldMacAreTheSame) {
    expect_rejects(header + "\r1,Call,a\rx,Call,\"b\rc\"\r2,Call\r3,Call,d\r",
                   header + "\nx,Call,\"b\rc\"\n2,Call\n");
    expect_rejects(header + "\n1,Call,a\rb\nx,Call,c\rd\n2,Call\r3\n",
                   header + "\nx,Call,c\rd\n2,Call\r3\n");
}

TEST_F(Rejects, OfOtherEncodingsAreInThem) {
    const std::string mark = "\xFF\xFE";
    expect_rejects(mark + wide(header + "\r\n1,Call,a\r\nx,Call,\"b\r\nc\"\r\n2,Call\r\n"),
                   mark + wide(header + "\nx,Call,\"b\r\nc\"\n2,Call\n"));
    expect_rejects(wide(header + "\n1,Call,a\nx,Call,b\n", false),
                   wide(header + "\nx,Call,b\n", false));
    expect_rejects(header +
                       "\n1,Call,\x93"
                       "a\x94\nx,Call,Andr\xE9\n2,Call\n",
                   header + "\nx,Call,Andr\xE9\n2,Call\n");
    // Half of a pair: the record's own bytes all the same.
    const std::string half = wide("2,Call,b") + std::string("\x00\xD8", 2);
    expect_rejects(mark + wide(header + "\n1,Call,a\n") + half + wide("\n3,Call,c\n"),
                   mark + wide(header + "\n") + half + wide("\n"));
}

TEST_F(Rejects, KeepTheLinesThatAreSkipped) {
    reading_.dialect.skip_lines = 2;
    expect_rejects("Export\r\nof 2019\r\n" + header + "\r\nx,Call,b\r\n1,Call,a\r\n",
                   "Export\r\nof 2019\r\n" + header + "\nx,Call,b\n");
}

TEST_F(Rejects, OfAFileWithoutAHeaderHaveNone) {
    reading_.dialect.no_header = true;
    reading_.dialect.columns = header;
    expect_rejects("1,Call,a\nx,Call,b\n2,Call\n", "x,Call,b\n2,Call\n");
    reading_.dialect.skip_lines = 1;
    expect_rejects("Export\n1,Call,a\nx,Call,b\n", "Export\nx,Call,b\n");
}

TEST_F(Rejects, OfWideJsonLinesAreTheSame) {
    ending_ = ".jsonl";
    const std::string good = R"({"contactId":1,"type":"Call","note":"a"})";
    const std::string bad = R"({"contactId":"x","type":"Call","note":"a"})";
    expect_rejects(wide(good + "\n" + bad + "\n{\n"), wide(bad + "\n{\n"));
    expect_rejects(good + "\r" + bad + "\r" + good, bad + "\n");
}

} // namespace
} // namespace noteload::run
