#include "noteload/delivery/note_text.hpp"

#include <gmock/gmock.h>

#include <array>
#include <random>
#include <string>

namespace noteload::delivery {
namespace {

struct text_case {
    std::string_view from;
    std::string_view to;
};

TEST(FoldBlanks, MakesOneSpaceOfEveryRunAndNoneAtTheEnds) {
    for (const auto& [from, to] : std::initializer_list<text_case>{
             {"", ""},
             {" \r\n\t", ""},
             {"a", "a"},
             {"  a b  ", "a b"},
             {"a\r\nb\nc\rd", "a b c d"},
             {"a\t\v\f \n b", "a b"},
             {"a\u00A0b", "a b"},                   // NBSP
             {"\u00A0a \u00A0 b\u00A0", "a b"},     // and mixed
             {"a\u0085b\u1680c", "a b c"},          // NEL, Ogham space
             {"a\u2000b\u200Ac", "a b c"},          // the quads and thin spaces
             {"a\u2028b\u2029c", "a b c"},          // line and paragraph separators
             {"a\u202Fb\u205Fc\u3000d", "a b c d"}, // narrow, mathematical, ideographic
         }) {
        EXPECT_EQ(fold_blanks(from), to) << from;
    }
}

TEST(FoldBlanks, DropsWhatHasNoWidthWithoutPartingTheWord) {
    for (const auto& [from, to] : std::initializer_list<text_case>{
             {"\uFEFFa", "a"},
             {"a\u200Bb", "ab"},
             {"sy\u00ADllable", "syllable"},
             {"a \u200B b", "a b"},
             {"a\u200E\u200F\u202A\u202E\u2060b", "ab"},
             {"\u200B", ""},
         }) {
        EXPECT_EQ(fold_blanks(from), to) << from;
    }
}

TEST(FoldBlanks, LeavesNeighboursOfTheBlanksAlone) {
    // Same lead bytes, other characters.
    for (const std::string_view same :
         {"\u00A9\u00A1", "\u2013\u2014\u2018\u2019\u2026\u20AC\u2122", "\u1681\u1E00",
          "\u3001\u3042", "\uFFFD\uFB01", "\U0001F600"}) {
        EXPECT_EQ(fold_blanks(same), same);
    }
    EXPECT_EQ(fold_blanks(std::string_view("a\0b", 3)), std::string_view("a\0b", 3));
    EXPECT_EQ(fold_blanks("a\xC2"), "a\xC2");
    EXPECT_EQ(fold_blanks("a\xE2\x80"), "a\xE2\x80");
}

TEST(WithoutTags, RemovesWhatIsATag) {
    for (const auto& [from, to] : std::initializer_list<text_case>{
             {"<p>a</p>", " a "},
             {"a<br>b<br/>c<BR />d", "a b c d"},
             {"<ul><li>a</li><li>b</li></ul>", "  a  b  "},
             {"<div class=\"x\">a</div>", " a "},
             {"un<b>believ</b>able", "unbelievable"}, // inline tags do not part a word
             {"<a href='http://x.org/?a=1&b=2'>here</a>", "here"},
             {"<SPAN\r\nstyle=\"color:red\">a</SPAN\n>", "a"},
             {"a<!-- note <b> -->b", "ab"},
             {"a<!-->b-->", "ab-->"},
             {"<!DOCTYPE html>a<![endif]>", " a "},
             {"<?xml version='1.0'?>a", " a"},
             {"a<o:p></o:p><st1:PersonName w:st=\"on\">b</st1:PersonName>", "ab"},
             {"<h1>a</h1>", " a "},
         }) {
        EXPECT_EQ(without_tags(from), to) << from;
    }
}

TEST(WithoutTags, KeepsALessThanThatOpensNone) {
    for (const std::string_view same : {"<",
                                        "a < b",
                                        "a <",
                                        "2<3 and 4>3",
                                        "<3",
                                        "<5 years>",
                                        "<>",
                                        "</>",
                                        "</",
                                        "< p>",
                                        "<p",
                                        "<br",
                                        "<p a='",
                                        "<!-- never ends",
                                        "Jo <jo@example.org>",
                                        "<http://example.org>",
                                        "<mailto:jo@example.org>",
                                        "Dear <FirstName>,",
                                        "<unknown>",
                                        "<pp>",
                                        "<b-c>",
                                        "<x:y>",
                                        "<o:>",
                                        "<::>",
                                        "<!>",
                                        "<?php",
                                        "&lt;p&gt;"}) {
        EXPECT_EQ(without_tags(same), same);
    }
    EXPECT_EQ(without_tags("a <b <i>c</i>"), "a <b c"); // no `<` within a tag
}

TEST(DecodeEntities, DecodesNamesAndNumbers) {
    for (const auto& [from, to] : std::initializer_list<text_case>{
             {"&amp;&lt;&gt;&quot;&apos;&#39;", "&<>\"''"},
             {"a&nbsp;b", "a\u00A0b"},
             {"&eacute;&Eacute;&szlig;&yuml;&iexcl;", "\u00E9\u00C9\u00DF\u00FF\u00A1"},
             {"&thorn;&THORN;&times;&divide;", "\u00FE\u00DE\u00D7\u00F7"},
             {"&ndash;&mdash;&lsquo;&rsquo;&ldquo;&rdquo;", "\u2013\u2014\u2018\u2019\u201C\u201D"},
             {"&hellip;&bull;&euro;&trade;&copy;&reg;", "\u2026\u2022\u20AC\u2122\u00A9\u00AE"},
             {"&#65;&#x42;&#X43;", "ABC"},
             {"&#233;&#x20AC;&#128512;&#x1F600;", "\u00E9\u20AC\U0001F600\U0001F600"},
             {"&#0000065;", "A"},
             {"&#x10FFFF;", "\U0010FFFF"},
             {"&amp;lt;", "&lt;"}, // one level
             {"&&amp;&", "&&&"},
         }) {
        EXPECT_EQ(decode_entities(from), to) << from;
    }
}

TEST(DecodeEntities, LeavesWhatItDoesNotKnow) {
    for (const std::string_view same :
         {"&",      "&;",     "AT&T",  "a & b; c", "&amp",       "&nosuch;",       "&AMP;",
          "&#;",    "&#x;",   "&#0;",  "&#xD800;", "&#x110000;", "&#99999999999;", "&#-5;",
          "&#x-5;", "&#12a;", "&#+5;", "&hellip",  "&hel lip;",  "?a=1&b=2"}) {
        EXPECT_EQ(decode_entities(same), same);
    }
}

TEST(ShownText, IsWhatAReaderOfThePageSees) {
    for (const auto& [from, to] : std::initializer_list<text_case>{
             {"a  b\r\nc", "a b c"},
             {"<p>a<br>b</p><p>c</p>", "a b c"},
             {"<p>2 &lt; 3 &amp;amp; <b>x</b></p>", "2 < 3 &amp; x"},
             {"&lt;b&gt;", "<b>"}, // decoded after tags went: not a tag
             {"a&nbsp;&nbsp;b&#13;&#10;c", "a b c"},
             {"<p>&nbsp;</p>", ""},
         }) {
        EXPECT_EQ(shown_text(from), to) << from;
    }
}

std::string random_text(std::mt19937_64& random, bool any_bytes) {
    constexpr std::array<std::string_view, 30> pieces = {
        "<",      ">",      "&",      ";",     "#",   "x", "amp;", "&lt;",   "<br>", "<p",
        "</",     "<!--",   "-->",    "\"",    "'",   " ", "\r\n", "\u00A0", "b",    "word",
        "\u200B", "\u2026", "\u00E9", "&#39;", "<b>", "=", "/",    "!",      "&gt;", "\U0001F600"};
    std::string text;
    for (auto n = random() % 40; n > 0; --n) {
        if (any_bytes && random() % 3 == 0) {
            text += static_cast<char>(random());
        } else {
            text += pieces[random() % pieces.size()];
        }
    }
    return text;
}

TEST(NoteTexts, KeepTheirPromisesOnRandomTexts) {
    constexpr std::uint64_t seed = 20261124;
    std::mt19937_64 random(seed);
    for (int i = 0; i < 20'000; ++i) {
        const auto text = random_text(random, false);
        SCOPED_TRACE(testing::Message() << "seed " << seed << ", text " << i << ": " << text);
        const auto folded = fold_blanks(text);
        ASSERT_EQ(fold_blanks(folded), folded);
        ASSERT_EQ(shown_text(folded), shown_text(text));
        ASSERT_EQ(folded.find("  "), std::string::npos);
        ASSERT_LE(without_tags(text).size(), text.size());
        ASSERT_LE(decode_entities(text).size(), text.size());
        ASSERT_LE(shown_text(text).size(), text.size());
    }
}

TEST(NoteTexts, TakeAnyBytes) {
    constexpr std::uint64_t seed = 20261125;
    std::mt19937_64 random(seed);
    for (int i = 0; i < 20'000; ++i) {
        const auto text = random_text(random, true);
        ASSERT_LE(shown_text(text).size(), text.size()) << "seed " << seed << ", text " << i;
    }
}

TEST(NoteTexts, NeedNoMoreThanLinearTime) {
    // Each of these takes hours where something looks to the end again and again.
    for (const std::string_view piece : {"<", "<p", "<p ", "<!--", "<!-- <p ", "&", "&#", "&amp",
                                         "<p a=\"", "<a href='", "&amp;amp;", "\u200B"}) {
        std::string text;
        while (text.size() < 1'000'000) {
            text += piece;
        }
        EXPECT_LE(shown_text(text).size(), text.size());
    }
}

} // namespace
} // namespace noteload::delivery
