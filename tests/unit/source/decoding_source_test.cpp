#include "noteload/source/decoding_source.hpp"

#include <algorithm>

#include "support.hpp"
#include "written.hpp"

namespace noteload::source::test {

namespace {

const std::string text =
    "id,note\r\n1,h\xC3\xA9llo \xE2\x82\xAC\n\n2,\"\xE2\x80\x9Ctwo\r\nlines\xE2\x80\x9D\"\r3,x";

std::unique_ptr<decoding_source> decoding(const std::string& bytes, const std::string& encoding,
                                          std::size_t piece = 1 << 20, char32_t separator = 0) {
    return std::make_unique<decoding_source>(
        std::make_unique<pieces>(bytes, std::vector<std::size_t>{piece}),
        decoding_source::options{
            .encoding = encoding, .separator = separator, .most_held = 1 << 20});
}

std::string read_all(byte_source& from, std::size_t piece = 4096) {
    std::string all;
    std::string buffer(piece, '\0');
    for (;;) {
        const auto got = from.read(buffer.data(), piece);
        if (!got || *got == 0) {
            EXPECT_TRUE(got);
            return all;
        }
        all.append(buffer, 0, *got);
    }
}

TEST(DecodingSource, MakesUtf8OfEveryEncodingHoweverItIsCut) {
    for (const std::string name :
         {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "windows-1252"}) {
        const auto bytes = in_encoding(text, name);
        for (std::size_t piece = 1; piece < 12; ++piece) {
            ASSERT_EQ(read_all(*decoding(bytes, name, piece), 3), text) << name << ' ' << piece;
        }
        for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
            auto from = decoding_source(
                std::make_unique<pieces>(bytes, std::vector<std::size_t>{cut, 1 << 20}),
                {.encoding = name, .most_held = 1000});
            ASSERT_EQ(read_all(from), text) << name << " cut at " << cut;
        }
    }
    const std::string emoji = "\xF0\x9F\x98\x80,\xF0\x9F\x8E\x89\n";
    for (std::size_t piece = 1; piece < 8; ++piece) {
        EXPECT_EQ(read_all(*decoding(in_encoding(emoji, "UTF-16BE"), "UTF-16BE", piece)), emoji);
    }
}

/// Line by line, what the text has and what the original bytes are.
void expect_originals(const std::string& bytes, const std::string& name, std::size_t piece,
                      const std::string& expected_text) {
    const auto from = decoding(bytes, name, piece);
    ASSERT_EQ(read_all(*from), expected_text);
    std::string rebuilt;
    for (std::size_t at = 0; at <= expected_text.size();) {
        const std::size_t end =
            std::min(expected_text.find_first_of("\r\n", at), expected_text.size());
        const auto original = from->original(at, end - at);
        ASSERT_TRUE(original) << name << " at " << at;
        ASSERT_EQ(*original, in_encoding(expected_text.substr(at, end - at), name));
        at = end + 1;
    }
}

TEST(DecodingSource, RemembersTheOriginalBytesOfEveryLine) {
    for (const std::string name :
         {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "windows-1252"}) {
        for (const std::size_t piece : {1U, 2U, 3U, 5U, 7U, 1000U}) {
            ASSERT_NO_FATAL_FAILURE(expect_originals(in_encoding(text, name), name, piece, text));
        }
    }
}

TEST(DecodingSource, RemembersTheBytesOfEncodingsThatShift) {
    // ISO-2022-JP: escape sequences stand around Japanese.
    const std::string bytes = "id\n\x1B$B$\"$$\x1B(B\nx";
    const auto from = decoding(bytes, "ISO-2022-JP", 1);
    EXPECT_EQ(read_all(*from), "id\n\xE3\x81\x82\xE3\x81\x84\nx");
    EXPECT_EQ(from->original(0, 2), "id");
    EXPECT_EQ(from->original(3, 6), "\x1B$B$\"$$\x1B(B");
    EXPECT_EQ(from->original(10, 1), "x");
    const auto bare = decoding("id\n\x1B$B\nx", "ISO-2022-JP");
    EXPECT_EQ(read_all(*bare), "id\n\nx");
    EXPECT_EQ(bare->original(3, 0), "") << "of a blank line they are nobody's";
    EXPECT_EQ(bare->original(4, 1), "x");
}

TEST(DecodingSource, RemembersTheBytesBehindHalfOfAPairHoweverTheyAreCut) {
    using namespace std::string_literals;
    const std::string bytes = "i\0\x0A\x4C=\xD8\n\0x\0"s;
    for (std::size_t piece = 1; piece < 12; ++piece) {
        const auto from = decoding(bytes, "UTF-16LE", piece);
        ASSERT_EQ(read_all(*from), "i\xE4\xB0\x8A\xFF\nx") << piece;
        EXPECT_EQ(from->original(0, 5), bytes.substr(0, 6)) << piece;
        EXPECT_EQ(from->original(6, 1), bytes.substr(8)) << piece;
    }
}

TEST(DecodingSource, WritesABadByteForWhatTheEncodingDoesNotHave) {
    for (const std::size_t piece : {1U, 2U, 3U, 100U}) {
        // Half a pair in the middle, and half a unit at the end.
        const std::string bytes(
            "a\0\x00\xD8"
            "b\0\n\0c\0d",
            11);
        const auto from = decoding(bytes, "UTF-16LE", piece);
        EXPECT_EQ(read_all(*from),
                  "a\xFF"
                  "b\nc\xFF");
        EXPECT_EQ(from->original(0, 3), std::string_view(bytes).substr(0, 6));
        EXPECT_EQ(from->original(4, 2), std::string_view(bytes).substr(8));
    }
    EXPECT_EQ(read_all(*decoding("a\x80z", "US-ASCII")), "a\xFFz");
    EXPECT_EQ(read_all(*decoding("a\x82\n", "Shift_JIS")), "a\xFF\n");
}

TEST(DecodingSource, KeepsAByteOrderMarkAndWhatStandsBehindIt) {
    const auto bytes = in_encoding("\xEF\xBB\xBFid\n1", "UTF-16LE");
    const auto from = decoding(bytes, "UTF-16LE", 1);
    EXPECT_EQ(read_all(*from), "\xEF\xBB\xBFid\n1");
    EXPECT_EQ(from->original(0, 5), bytes.substr(0, 6));
    const auto again = decoding(bytes, "UTF-16LE", 1);
    read_all(*again);
    EXPECT_EQ(again->original(3, 2), bytes.substr(2, 4));
}

TEST(DecodingSource, WritesAStandInForASeparatorThatIsNoByte) {
    const auto from = decoding(
        "a\xC2\xA7"
        "b\xC2\xA7\x1F\n\xC3",
        "UTF-8", 1, U'\u00A7');
    EXPECT_EQ(read_all(*from),
              "a\x1F"
              "b\x1F\xFF\n\xFF");
    EXPECT_EQ(from->original(0, 5),
              "a\xC2\xA7"
              "b\xC2\xA7\x1F");
    EXPECT_EQ(from->encoded("x\x1Fy"), "x\xC2\xA7y");
}

TEST(DecodingSource, EncodesBack) {
    for (const std::string name : {"UTF-16LE", "UTF-32BE", "windows-1252"}) {
        EXPECT_EQ(decoding("", name)->encoded(text), in_encoding(text, name));
    }
}

TEST(DecodingSource, GoesToAPlaceByReadingUpToIt) {
    std::string lines;
    for (int i = 0; i < 30'000; ++i) {
        lines += std::to_string(i) + ",\xC3\xA9\n";
    }
    const auto bytes = in_encoding(lines, "UTF-16LE");
    const auto from = decoding(bytes, "UTF-16LE", 70'001);
    for (const std::string line :
         {"25000,\xC3\xA9", "0,\xC3\xA9", "29999,\xC3\xA9", "12345,\xC3\xA9"}) {
        const auto at = line[0] == '0' ? 0 : lines.find("\n" + line + "\n") + 1;
        ASSERT_TRUE(from->seek(at));
        std::string got(line.size() + 1, '\0');
        std::size_t have = 0;
        while (have < got.size()) {
            have += *from->read(got.data() + have, got.size() - have);
        }
        EXPECT_EQ(got, line + "\n");
        EXPECT_EQ(from->original(at, line.size()), in_encoding(line, "UTF-16LE"));
    }
    ASSERT_TRUE(from->seek(lines.size() + 5));
    EXPECT_EQ(read_all(*from), "");
}

TEST(DecodingSource, ForgetsWhatNoRecordNeeds) {
    std::string blank(200'000, '\n');
    auto from = decoding_source(std::make_unique<pieces>(in_encoding(blank + "id\n", "UTF-16LE"),
                                                         std::vector<std::size_t>{1000}),
                                {.encoding = "UTF-16LE", .most_held = 10'000});
    read_all(from);
    EXPECT_EQ(from.original(5, 0), std::nullopt);
    EXPECT_EQ(from.original(blank.size(), 2), in_encoding("id", "UTF-16LE"));
}

} // namespace

} // namespace noteload::source::test
