#include "noteload/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>

namespace noteload {
namespace {

using namespace std::chrono_literals;

TEST(Text, IsTrimmedOfAsciiBlanksAtTheEndsAlone) {
    EXPECT_EQ(trimmed(" \t\r\n\v\fa b \n"), "a b");
    EXPECT_EQ(trimmed("  "), "");
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed("\u00A0a"), "\u00A0a");
}

TEST(Text, IsComparedWithoutTheCaseOfAsciiLetters) {
    EXPECT_TRUE(equal_without_case("ContactID", "contactId"));
    EXPECT_TRUE(equal_without_case("", ""));
    EXPECT_FALSE(equal_without_case("note", "notes"));
    EXPECT_FALSE(equal_without_case("É", "é"));
    EXPECT_FALSE(equal_without_case("[", "{"));
    EXPECT_FALSE(equal_without_case("@", "`"));
    EXPECT_EQ(lower_case("AZ[@É"), "az[@É");
}

TEST(Printable, KeepsTextAndReplacesWhatATerminalActsOn) {
    EXPECT_EQ(printable("Grüße, Ngọc 🎉 \"x\""), "Grüße, Ngọc 🎉 \"x\"");
    EXPECT_EQ(printable("a\nb\tc\x1B[31m\x7F"), "a?b?c?[31m?");
    EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a?b");
    EXPECT_EQ(printable("\u0085\u009B"), "??");
    EXPECT_EQ(printable("\u00A0"), "\u00A0");
    EXPECT_EQ(printable("\u2027\u2028\u2029\u202A\u202E\u202F"), "\u2027????\u202F");
    EXPECT_EQ(printable("\u2065\u2066\u2069\u206A"), "\u2065??\u206A");
}

TEST(Printable, ReplacesBrokenUtf8) {
    EXPECT_EQ(printable("a\xFF"), "a?");
    EXPECT_EQ(printable("\xC3"), "?");
    EXPECT_EQ(printable("\xC3(\xE2\x82"), "?(??");
    EXPECT_EQ(printable("\x80\xF0\x9F\x8E"), "????");
}

TEST(Printable, ReplacesOverlongFormsSurrogatesAndWhatIsBeyondUnicode) {
    EXPECT_EQ(printable("\xC1\x9B"), "??");           // an overlong [
    EXPECT_EQ(printable("\xE0\x80\x9B"), "???");      // an overlong ESC
    EXPECT_EQ(printable("\xE0\x82\x9B"), "???");      // an overlong C1
    EXPECT_EQ(printable("\xF0\x80\x80\x9B"), "????"); // another
    EXPECT_EQ(printable("\xED\xA0\x80"), "???");
    EXPECT_EQ(printable("\xF4\x90\x80\x80"), "????");
    EXPECT_EQ(printable("\xF7\xBF\xBF\xBF"), "????");
}

TEST(Printable, CutsAtACharacter) {
    EXPECT_EQ(printable("12345", 5), "12345");
    EXPECT_EQ(printable("123456", 5), "12345...");
    EXPECT_EQ(printable("1234é", 5), "1234...");
    EXPECT_EQ(printable("🎉🎉", 7), "🎉...");
}

TEST(UtcText, ShowsMillisecondsAndADay) {
    using time = std::chrono::system_clock::time_point;
    EXPECT_EQ(utc_text(time{}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(utc_text(time{1795492452345ms}), "2026-11-24T03:54:12.345Z");
    EXPECT_EQ(utc_text(time{1709251199999ms}), "2024-02-29T23:59:59.999Z");
    EXPECT_EQ(utc_text(time{-1ms}), "1969-12-31T23:59:59.999Z");
    std::string out = "at ";
    append_utc_text(out, time{});
    EXPECT_EQ(out, "at 1970-01-01T00:00:00.000Z");
}

TEST(Numbers, AreShownForPeople) {
    EXPECT_EQ(counted(0, "note"), "0 notes");
    EXPECT_EQ(counted(1, "note"), "1 note");
    EXPECT_EQ(counted(1000, "look-up"), "1,000 look-ups");
    EXPECT_EQ(with_thousands(0), "0");
    EXPECT_EQ(with_thousands(999), "999");
    EXPECT_EQ(with_thousands(1000), "1,000");
    EXPECT_EQ(with_thousands(1234567), "1,234,567");
    EXPECT_EQ(with_thousands(UINT64_MAX), "18,446,744,073,709,551,615");
    EXPECT_EQ(bytes_text(0), "0 bytes");
    EXPECT_EQ(bytes_text(512), "512 bytes");
    EXPECT_EQ(bytes_text(1000), "1.0 kB");
    EXPECT_EQ(bytes_text(1'234'567), "1.2 MB");
    EXPECT_EQ(bytes_text(999'999), "1.0 MB");
    EXPECT_EQ(bytes_text(3'400'000'000), "3.4 GB");
}

TEST(Durations, AreShownInTwoUnitsAtMost) {
    EXPECT_EQ(duration_text(0s), "0 s");
    EXPECT_EQ(duration_text(59s), "59 s");
    EXPECT_EQ(duration_text(60s), "1 min");
    EXPECT_EQ(duration_text(95s), "1 min 35 s");
    EXPECT_EQ(duration_text(12min + 5s), "12 min");
    EXPECT_EQ(duration_text(2h), "2 h");
    EXPECT_EQ(duration_text(3h + 20min), "3 h 20 min");
    EXPECT_EQ(duration_text(28h), "1 day 4 h");
    EXPECT_EQ(duration_text(52h), "2 days 4 h");
}

} // namespace
} // namespace noteload
