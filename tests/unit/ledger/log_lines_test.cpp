#include "noteload/ledger/log_lines.hpp"

#include <gmock/gmock.h>

#include <string>
#include <variant>

#include "support/printers.hpp"

namespace noteload::ledger {
namespace {

const std::chrono::system_clock::time_point noon{std::chrono::milliseconds(1795492452345)};

template <class T>
std::string line_of(const T& what) {
    std::string out;
    append_line(out, what);
    out.pop_back();
    return out;
}

settled_row row(outcome what, std::vector<fault> faults = {}) {
    settled_row r;
    r.at = {.file = 1, .row = 17, .line = 42, .byte = 900, .size = 80};
    r.what = what;
    r.faults = std::move(faults);
    r.when = noon;
    return r;
}

/// What recovery gets of a row that was written.
settled_row read_again(const settled_row& written) {
    const auto line = line_of(written);
    const auto what = read_line(line);
    const auto* got = std::get_if<row_line>(&what);
    EXPECT_NE(got, nullptr) << line;
    return got != nullptr ? settled(*got) : settled_row{};
}

TEST(LogLines, GiveARowBackAsItWasSettled) {
    auto created = row(outcome::created);
    created.key = "LGL \"881\"\n\u00e9";
    created.note_id = 991;
    created.status = 200;
    created.attempts = 2;
    const auto got = read_again(created);
    EXPECT_EQ(got.at.row, 17u);
    EXPECT_EQ(got.at.file, 1u);
    EXPECT_EQ(got.at.line, 42u);
    EXPECT_EQ(got.what, outcome::created);
    EXPECT_EQ(got.note_id, 991);
    EXPECT_EQ(got.key, created.key);
}

TEST(LogLines, KnowWhereTheRecordOfAReject) {
    for (const auto what : {outcome::invalid, outcome::refused, outcome::in_doubt}) {
        EXPECT_EQ(read_again(row(what, {{reason::bad_date, "d"}})).at, row(what).at);
    }
}

TEST(LogLines, TakeSeveralFaultsApart) {
    const std::vector<fault> faults = {{reason::bad_date, "\"x\" is no date; really"},
                                       {reason::missing_note, "note is empty"},
                                       {reason::bad_private, ""}};
    EXPECT_EQ(read_again(row(outcome::invalid, faults)).faults, faults);
    const std::vector<fault> same = {{reason::duplicate_field, "a"},
                                     {reason::duplicate_field, "b"}};
    EXPECT_EQ(read_again(row(outcome::invalid, same)).faults, same);
    const std::vector<fault> one = {{reason::bad_date, "a; bad_date: b"}};
    EXPECT_EQ(read_again(row(outcome::invalid, one)).faults, one);
}

TEST(LogLines, AreMarksEventsAndTheEnd) {
    const sending_mark m{.first = 3, .last = 9, .file = 2, .byte = 77, .line = 5, .hash = ~0ull};
    EXPECT_EQ(std::get<sending_mark>(read_line(line_of(m))), m);
    const log_event e{"paused", "quota", "wait\n\"x\"", noon};
    const auto event = std::get<log_event>(read_line(line_of(e)));
    EXPECT_EQ(event.what, e.what);
    EXPECT_EQ(event.why, e.why);
    EXPECT_EQ(event.detail, e.detail);
    row_counts counts{.read = 7, .of = {1, 2, 3, 0, 1, 0, 0}};
    EXPECT_EQ(std::get<row_counts>(read_line(line_of(counts))), counts);
    for (const auto& requests : {std::map<int, std::uint64_t>{}, {{0, 3}, {200, 4}, {503, 1}}}) {
        process_end met{.met = {.processes = 1, .lost = ~0ull, .requests = requests}, .when = noon};
        met = std::get<process_end>(read_line(line_of(met)));
        EXPECT_EQ(met.met.lost, ~0ull);
        EXPECT_EQ(met.met.requests, requests);
    }
}

TEST(LogLines, OfAVersionWithFewerCountersAreRead) {
    auto line = line_of(process_end{{.processes = 1, .repeated_ids = 7}, noon});
    const std::string counter = "\"repeated_ids\":7,";
    line.erase(line.find(counter), counter.size());
    EXPECT_EQ(std::get<process_end>(read_line(line)).met, went_through{.processes = 1});
}

TEST(LogLines, AreNothingWhereTheyAreTornOrGarbled) {
    auto r = row(outcome::invalid, {{reason::bad_date, "a"}, {reason::bad_note, "b"}});
    r.key = "k";
    for (const auto& line :
         {line_of(r),
          line_of(sending_mark{.first = 1, .last = 2, .file = 0, .byte = 0, .line = 2, .hash = 1}),
          line_of(log_event{"stopped", "signal", "d", noon}), line_of(row_counts{}),
          line_of(process_end{{.sent_again = 2, .requests = {{200, 4}, {500, 1}}}, noon})}) {
        for (std::size_t size = 0; size < line.size(); ++size) {
            EXPECT_TRUE(std::holds_alternative<std::monostate>(read_line(line.substr(0, size))))
                << line.substr(0, size);
        }
        EXPECT_TRUE(std::holds_alternative<std::monostate>(read_line(line + "}")));
        EXPECT_TRUE(std::holds_alternative<std::monostate>(read_line(line + std::string(3, '\0'))));
    }
}

TEST(LogLines, AreReadInAnyFormThatMeansTheSame) {
    any_form_reader forms;
    const auto row = std::get<row_line>(forms.read(
        " { \"at\":\"2026-11-24T03:54:12.345Z\" , \"outcome\":\"invalid\",\"row\": 17,"
        "\"line\":42,\"file\":1,\"attempts\":0,\"ms\":0,\"key\":\"caf\\u00e9 \\\"1\\\"\","
        "\"reasons\":[\"bad_date\", \"missing_note\"],\"reason\":\"bad_date\","
        "\"detail\":\"a; missing_note: b\",\"size\":80,\"byte\":900}\t\r"));
    const auto got = settled(row);
    EXPECT_EQ(got.at, (place{.file = 1, .row = 17, .line = 42, .byte = 900, .size = 80}));
    EXPECT_EQ(got.key, "caf\u00e9 \"1\"");
    EXPECT_EQ(got.faults,
              (std::vector<fault>{{reason::bad_date, "a"}, {reason::missing_note, "b"}}));
    const sending_mark m{.first = 3, .last = 9, .file = 2, .byte = 77, .line = 5, .hash = ~0ull};
    EXPECT_EQ(std::get<sending_mark>(
                  forms.read(R"({"hash": "xxh3:ffffffffffffffff", "sending": [3, 9], "line": 5,)"
                             R"( "byte": 77, "file": 2})")),
              m);
}

TEST(LogLines, AreNoneOfOursInAnyFormWhereTheySayAnythingElse) {
    any_form_reader forms;
    for (const auto* line :
         {"", "\r", "null", "{}", "[1]", "{\"x\":1}", "{ \"sending\":[1,2] }",
          R"({"sending":[3,9],"file":2,"byte":77,"line":5,"hash":"xxh3:ffffffffffffffff","x":1})",
          R"({"sending":[9,3],"file":2,"byte":77,"line":5,"hash":"xxh3:ffffffffffffffff"} )",
          R"({"sending":[3,9],"file":2.5,"byte":77,"line":5,"hash":"xxh3:ffffffffffffffff"})",
          R"({"event":"x","at":"2026-11-24T03:54:12.345Z","at2":null})",
          R"({"event":"x","at":{"y":1}})"}) {
        EXPECT_TRUE(std::holds_alternative<std::monostate>(forms.read(line))) << line;
    }
}

TEST(LogLines, TellTheirTime) {
    EXPECT_EQ(time_of_line(line_of(row(outcome::skipped))), noon);
    EXPECT_EQ(time_of_line(line_of(log_event{"stopped", "", "", noon})), noon);
    EXPECT_EQ(time_of_line(line_of(row_counts{})), std::nullopt);
    EXPECT_EQ(time_of_line(R"({"at": "2026-11-24T03:54:12.345Z", "event": "x"})"),
              time_of_line(R"({"event":"x","at":"2026-11-24T03:54:12.345Z"})"));
    EXPECT_EQ(time_of_line(""), std::nullopt);
    EXPECT_EQ(time_of_line(R"({"event":"x","at":"2026-13-24T03:54:12.345Z"})"), std::nullopt);
}

TEST(LogHeader, IsReadAsItWasWritten) {
    log_header h;
    h.run = "notes-1";
    h.program = "noteload 0.1.0";
    h.inputs = {{"/a/caf\u00e9 \"x\".csv", 123456789012, "xxh3:00000000000000ff"}, {"-", 0, ""}};
    h.mapping_hash = "xxh3:1";
    h.organization = "Our \u2014 Foundation";
    h.base_url = "https://localhost:1";
    h.options = {{"a", true}, {"b", std::int64_t{-5}}, {"c", std::string("x\ny")}};
    h.started = noon;
    h.server_started = noon + std::chrono::milliseconds(7);
    const auto got = read_header(line_of(h), "log.jsonl");
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, h);
}

TEST(LogHeader, KeepsTheBytesOfNamesThatAreNoUtf8) {
    log_header h;
    h.inputs = {{"/d\xfe/\xff bad.csv", 1, "x"}, {"/good.csv", 2, "y"}};
    h.base_url = "https://localhost:1";
    h.options = {{"ca_file", std::string("/\xe9.pem")}, {"key", std::string("id")}};
    const auto line = line_of(h);
    EXPECT_THAT(line, ::testing::HasSubstr(
                          "\"path\":\"/d\uFFFD/\uFFFD bad.csv\",\"path_bytes\":\"2f64fe2fff"));
    const auto got = read_header(line, "log.jsonl");
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, h);
}

TEST(LogHeader, SaysWhatItIsNot) {
    for (const auto* line : {"", "{", "[]", "{}", "{\"row\":1}", "{\"noteload_log\":\"1\"}"}) {
        const auto got = read_header(line, "/r/log.jsonl");
        ASSERT_FALSE(got) << line;
        EXPECT_EQ(got.error().code, errc::changed);
        EXPECT_THAT(got.error().message, ::testing::HasSubstr("/r/log.jsonl"));
    }
    const auto newer = read_header("{\"noteload_log\":2}", "/r/log.jsonl");
    ASSERT_FALSE(newer);
    EXPECT_THAT(newer.error().message, ::testing::HasSubstr("version 2"));
}

} // namespace
} // namespace noteload::ledger
