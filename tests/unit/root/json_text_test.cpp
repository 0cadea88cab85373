#include "noteload/json_text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace noteload {
namespace {

std::string json(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(JsonText, PutsPlainTextBetweenQuotes) {
    EXPECT_EQ(json(""), R"("")");
    EXPECT_EQ(json("Spoke with Ana's mother / aunt."), R"("Spoke with Ana's mother / aunt.")");
    EXPECT_EQ(json("Grüße 🎉\x7F"), "\"Grüße 🎉\x7F\"");
}

TEST(JsonText, EscapesQuotesBackslashesAndControlCharacters) {
    EXPECT_EQ(json("\"\\"), R"("\"\\")");
    EXPECT_EQ(json("a\nb\r\tc\b\f"), R"("a\nb\r\tc\b\f")");
    EXPECT_EQ(json(std::string_view("\0\x01\x1F", 3)), R"("\u0000\u0001\u001f")");
    EXPECT_EQ(json("\x0B\x10"), R"("\u000b\u0010")");
}

TEST(JsonText, EscapesEveryControlCharacterAndNoOtherByte) {
    for (int c = 0; c < 256; ++c) {
        const auto out = json(std::string(1, static_cast<char>(c)));
        const bool escaped = c < 0x20 || c == '"' || c == '\\';
        EXPECT_EQ(out.size() > 3, escaped) << c;
    }
}

TEST(JsonText, KnowsItsSizeWithoutWritingIt) {
    std::mt19937 random(7);
    for (int i = 0; i < 500; ++i) {
        std::string text(random() % 300, 'x');
        for (std::size_t n = random() % 20; n > 0 && !text.empty(); --n) {
            text[random() % text.size()] = static_cast<char>(random() % 256);
        }
        EXPECT_EQ(json_string_size(text), json(text).size()) << json(text);
    }
}

TEST(JsonText, EscapesAtAnyPlaceBetweenAnyBytes) {
    const auto one_by_one = [](std::string_view text) {
        std::string out = "\"";
        for (const char c : text) {
            const auto alone = json(std::string_view(&c, 1));
            out += alone.substr(1, alone.size() - 2);
        }
        return out + '"';
    };
    for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
        std::mt19937_64 random(seed);
        constexpr std::string_view near = "\x1f !\"#[\\]\x7f\x80\xff";
        std::string text(random() % 40, 'a');
        for (auto n = random() % 6; n > 0 && !text.empty(); --n) {
            text[random() % text.size()] =
                random() % 2 == 0 ? near[random() % near.size()] : static_cast<char>(random());
        }
        EXPECT_EQ(json(text), one_by_one(text)) << "seed " << seed;
    }
}

TEST(JsonText, AppendsToWhatIsThere) {
    std::string out = "{\"note\":";
    append_json_string(out, "x");
    EXPECT_EQ(out, "{\"note\":\"x\"");
}

} // namespace
} // namespace noteload
