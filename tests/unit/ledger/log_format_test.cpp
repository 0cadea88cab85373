#include "noteload/ledger/log_format.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <string>
#include <vector>

namespace noteload::ledger {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

// 2026-11-24T03:54:12.345Z
const system_clock::time_point noon{milliseconds(1795492452345)};

template <class T>
std::string line(const T& what) {
    std::string out;
    append_line(out, what);
    EXPECT_TRUE(out.ends_with('\n'));
    EXPECT_EQ(out.find('\n'), out.size() - 1) << "one line";
    boost::system::error_code error;
    const auto parsed = boost::json::parse(out, error);
    EXPECT_FALSE(error) << out;
    EXPECT_TRUE(!error && parsed.is_object()) << out;
    return out;
}

settled_row row(outcome what) {
    settled_row r;
    r.at = {.file = 0, .row = 17, .line = 42, .byte = 900, .size = 80};
    r.what = what;
    r.when = noon;
    return r;
}

TEST(LogFormat, WritesTheLineOfTheDesign) {
    auto r = row(outcome::created);
    r.key = "LGL-881";
    r.note_id = 991;
    r.status = 200;
    r.attempts = 1;
    r.took = milliseconds(83);
    EXPECT_EQ(line(r),
              R"({"row":17,"file":0,"line":42,"key":"LGL-881","outcome":"created","note_id":991,)"
              R"("status":200,"attempts":1,"ms":83,"at":"2026-11-24T03:54:12.345Z"})"
              "\n");
}

TEST(LogFormat, LeavesOutWhatARowDoesNotHave) {
    EXPECT_EQ(line(row(outcome::skipped)),
              R"({"row":17,"file":0,"line":42,"outcome":"skipped","attempts":0,"ms":0,)"
              R"("at":"2026-11-24T03:54:12.345Z"})"
              "\n");
}

TEST(LogFormat, WritesOneReasonOrAll) {
    auto r = row(outcome::invalid);
    r.faults = {{reason::bad_date, "no such day"}};
    EXPECT_EQ(
        line(r),
        R"({"row":17,"file":0,"line":42,"byte":900,"size":80,"outcome":"invalid","attempts":0,"ms":0,)"
        R"("reason":"bad_date","detail":"no such day","at":"2026-11-24T03:54:12.345Z"})"
        "\n");
    r.faults.push_back({reason::missing_note, "note is empty"});
    EXPECT_EQ(
        line(r),
        R"({"row":17,"file":0,"line":42,"byte":900,"size":80,"outcome":"invalid","attempts":0,"ms":0,)"
        R"("reason":"bad_date","reasons":["bad_date","missing_note"],)"
        R"("detail":"no such day; missing_note: note is empty",)"
        R"("at":"2026-11-24T03:54:12.345Z"})"
        "\n");
}

TEST(LogFormat, WritesEveryOutcomeAndReasonAsItsWord) {
    for (std::size_t o = 0; o < outcome_count; ++o) {
        for (const auto why : all_reasons()) {
            auto r = row(static_cast<outcome>(o));
            r.faults = {{why, "x"}};
            const auto parsed = boost::json::parse(line(r)).as_object();
            EXPECT_EQ(outcome_from_word(parsed.at("outcome").as_string()), r.what);
            EXPECT_EQ(reason_from_word(parsed.at("reason").as_string()), why);
        }
    }
}

TEST(LogFormat, EscapesTexts) {
    auto r = row(outcome::refused);
    r.key = "a\"b\\c\n\x01é🎉";
    r.faults = {{reason::bad_request, "\t\"<\x7F>\""}};
    const auto parsed = boost::json::parse(line(r)).as_object();
    EXPECT_EQ(parsed.at("key").as_string(), r.key);
    EXPECT_EQ(parsed.at("detail").as_string(), r.faults[0].detail);
}

TEST(LogFormat, WritesAMark) {
    EXPECT_EQ(
        line(sending_mark{.first = 1, .last = 9, .file = 2, .byte = 77, .line = 3, .hash = 0xAB}),
        R"({"sending":[1,9],"file":2,"byte":77,"line":3,"hash":"xxh3:00000000000000ab"})"
        "\n");
}

TEST(LogFormat, WritesAnEvent) {
    EXPECT_EQ(line(log_event{"paused", "quota", "waiting \"1 h\"", noon}),
              R"({"event":"paused","reason":"quota","detail":"waiting \"1 h\"",)"
              R"("at":"2026-11-24T03:54:12.345Z"})"
              "\n");
    EXPECT_EQ(line(log_event{"stopped", "", "", noon}),
              "{\"event\":\"stopped\",\"at\":\"2026-11-24T03:54:12.345Z\"}\n");
}

TEST(LogFormat, WritesTheEndWithAllCounts) {
    row_counts counts;
    counts.read = 28;
    for (std::size_t i = 0; i < outcome_count; ++i) {
        counts.of[i] = i + 1;
    }
    EXPECT_EQ(line(counts),
              R"({"end":{"read":28,"created":1,"already_there":2,"skipped":3,"invalid":4,)"
              R"("refused":5,"in_doubt":6,"not_attempted":7}})"
              "\n");
}

TEST(LogFormat, WritesTheHeader) {
    const log_header h{.run = "notes-1",
                       .program = "noteload 0.1.0",
                       .inputs = {{"/a/\"b\".csv", 120, "xxh3:1"}, {"-", 0, ""}},
                       .mapping_hash = "xxh3:2",
                       .organization = "Good \\ Works",
                       .base_url = "https://a",
                       .options = {{"concurrency", std::int64_t{8}},
                                   {"ca_file", std::string("/x\n")},
                                   {"responses", false}},
                       .started = noon,
                       .server_started = noon + seconds(1)};
    EXPECT_EQ(
        line(h),
        R"({"noteload_log":1,"run":"notes-1","program":"noteload 0.1.0","inputs":[)"
        R"({"path":"/a/\"b\".csv","bytes":120,"hash":"xxh3:1"},{"path":"-","bytes":0,"hash":""}],)"
        R"("mapping_hash":"xxh3:2","organization":"Good \\ Works","base_url":"https://a",)"
        R"("options":{"ca_file":"/x\n","concurrency":8,"responses":false},)"
        R"("started":"2026-11-24T03:54:12.345Z","server_started":"2026-11-24T03:54:13.345Z"})"
        "\n");
}

TEST(LogFormat, WritesAHeaderOfAFileWhoseNameIsNoUtf8) {
    log_header h;
    h.inputs = {{"/a/caf\xE9.csv", 1, "xxh3:1"}};
    line(h);
}

TEST(LogFormat, AppendsBehindWhatIsThere) {
    std::string out = "before\n";
    append_line(out, log_event{"stopped", "", "", noon});
    EXPECT_TRUE(out.starts_with("before\n{\"event\""));
}

TEST(MarkHash, IsOfTheBytesAlone) {
    EXPECT_EQ(mark_hash("a,b\n"), mark_hash(std::string("a,b") + "\n"));
    EXPECT_NE(mark_hash("a,b\n"), mark_hash("a,b"));
    EXPECT_NE(mark_hash("a\nb\n"), mark_hash("ab\n\n"));
    EXPECT_EQ(mark_hash(""), 0x2d06800538d394c2u) << "XXH3 of nothing, as published";
    EXPECT_EQ(hash_text(0x2d06800538d394c2u), "xxh3:2d06800538d394c2");
}

} // namespace
} // namespace noteload::ledger
