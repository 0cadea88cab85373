#include "noteload/source/json_scalar.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace noteload::source::test {

namespace {

std::optional<std::string> unescaped(std::string_view inside) {
    std::string out(inside.size(), 'X');
    char* const end = unescape_json(inside, out.data());
    if (end == nullptr) {
        return std::nullopt;
    }
    out.resize(static_cast<std::size_t>(end - out.data()));
    return out;
}

TEST(JsonScalar, KnowsTheGrammarOfNumbers) {
    for (const auto* good : {"0", "-0", "10", "-1", "0.0", "1.25", "1e5", "1E+5", "0e-0", "-9.9e99",
                             "123456789012345678901234567890"}) {
        EXPECT_TRUE(is_json_number(good)) << good;
    }
    for (const auto* bad : {"", "-", "+1", "01", "-01", "1.", ".1", "1e", "1e+", "e1", "1 ", " 1",
                            "0x1", "1.2.3", "1e5.5", "--1", "Infinity", "1_000"}) {
        EXPECT_FALSE(is_json_number(bad)) << bad;
    }
}

TEST(JsonScalar, ResolvesEscapes) {
    EXPECT_EQ(unescaped(R"(a\"\\\/\b\f\n\r\tz)"), "a\"\\/\b\f\n\r\tz");
    EXPECT_EQ(unescaped(R"(\u0041\u00e9\u20AC\ud83d\ude00)"),
              "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    EXPECT_EQ(unescaped(R"(\u0000)"), std::string(1, '\0'));
    EXPECT_EQ(unescaped(R"(\uDBFF\uDFFF)"), "\xF4\x8F\xBF\xBF");
}

TEST(JsonScalar, RefusesEscapesThatJsonDoesNotHave) {
    for (const auto* bad :
         {R"(\x)", R"(\)", R"(\u)", R"(\u123)", R"(\u123g)", R"(\ud800)", R"(\ud800x)",
          R"(\ud800\n)", R"(\ud800\u0041)", R"(\ud800\ud800)", R"(\udc00)", R"(\U0041)", R"(\')"}) {
        EXPECT_EQ(unescaped(bad), std::nullopt) << bad;
    }
}

TEST(JsonScalar, TellsHalfACharacterFromOtherWrongEscapes) {
    for (const auto* half : {R"(\udc00)", R"(\ud800)", R"(a\n\u0041\ud83d\ude00\ud800\u0041 \x)",
                             R"(\ud800\x)", R"(\ud800\u)"}) {
        EXPECT_TRUE(is_half_character(half)) << half;
    }
    for (const auto* other :
         {"", "a", R"(\n\ud83d\ude00)", R"(\x\ud800)", R"(\u12)", R"(\u)", R"(\)"}) {
        EXPECT_FALSE(is_half_character(other)) << other;
    }
}

} // namespace

} // namespace noteload::source::test
