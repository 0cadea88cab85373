#include "noteload/mapping/note_text.hpp"

#include <gmock/gmock.h>

#include <random>
#include <string>

#include "noteload/mapping/note_template.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {
namespace {

std::string shown(std::string_view html) {
    std::string out;
    append_shown(out, html);
    return out;
}
std::string escaped(std::string_view text) {
    std::string out;
    append_escaped(out, text);
    return out;
}
std::string without_pictures(std::string_view text) {
    std::string out;
    append_without_pictures(out, text);
    return out;
}
std::string shortened(std::string text, std::size_t most, bool is_html = false) {
    truncate(text, most, is_html);
    return text;
}

TEST(EscapedText, KeepsEverythingVisible) {
    EXPECT_EQ(escaped(""), "");
    EXPECT_EQ(escaped("a<b>&c"), "a&lt;b>&amp;c");
    EXPECT_EQ(escaped("a\nb\r\nc\rd\n\n"), "a<br>b<br>c<br>d<br><br>");
    EXPECT_EQ(escaped("é😀"), "é😀");
}

TEST(ShownHtml, IsWhatAReaderSees) {
    struct {
        std::string_view html;
        std::string_view expected;
    } const table[] = {
        {"", ""},
        {"plain text", "plain text"},
        {"  a \n b\t ", "a b"},
        {"<p>One</p><p>Two</p>", "One\n\nTwo"},
        {"<p>One</p>\n  <p>Two</p>\n", "One\n\nTwo"},
        {"<div>One</div><div>Two</div>", "One\nTwo"},
        {"One<br>Two<BR/>Three<br />", "One\nTwo\nThree"},
        {"One<br><br>Two", "One\n\nTwo"},
        {"<ul><li>a</li><li>b</li></ul>after", "- a\n- b\n\nafter"},
        {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
        {"<b>bo</b>ld", "bold"},
        {"a&nbsp;&nbsp;b\u00A0c", "a  b c"},
        {"&lt;b&gt; &amp;amp; &eacute; &#8217;", "<b> &amp; é ’"},
        {"a &unknown; b & c", "a &unknown; b & c"},
        {"1 < 2 and 3 <4, <3", "1 < 2 and 3 <4, <3"},
        {"never <ends", "never <ends"},
        {"<!-- hidden -->seen<!DOCTYPE html><?xml?>", "seen"},
        {"<!-- never ends", "<!-- never ends"},
        {"<style>p { color: red }</style>a<script>if (a < b) {}</script>b", "ab"},
        {"<script>never ends", "never ends"},
        {"<a href=\"https://x.org/?a=1&amp;b\">here</a>", "here [https://x.org/?a=1&b]"},
        {"<a href='https://x.org'>https://x.org</a>", "https://x.org"},
        {"<a href=mailto:a@x.org>a@x.org</a>", "a@x.org"},
        {"<a href=\"#top\">up</a> <a>none</a>", "up none"},
        {"<a href=\"https://x.org\"></a>", "[https://x.org]"},
        {"<img alt=\"A cat\" src=\"https://x.org/c.png\">", "[picture: A cat https://x.org/c.png]"},
        {"<p title=\"a > b\">x</p>", "x"},
        {"<p title=\"never closed>x</p>", "x"},
        {"</p>x</div></nothing>", "x"},
        {"<o:p>Office</o:p>", "Office"},
    };
    for (const auto& row : table) {
        EXPECT_EQ(shown(row.html), row.expected) << row.html;
    }
}

TEST(ShownHtml, StartsAnewWhereTextStandsBefore) {
    std::string out = "Title\n\n";
    append_shown(out, "<p>Body</p>");
    EXPECT_EQ(out, "Title\n\nBody");
}

TEST(ShownHtml, TakesAnyBytes) {
    std::mt19937 random(3);
    constexpr std::string_view pieces[] = {
        "<", ">",    "/",   "a",    "img", " src=\"", "&", "\"", "nbsp;",    "<br>",
        "p", "<!--", "-->", "\xC2", " ",   "=",       "'", "li", "<a href=", "</a>"};
    for (int i = 0; i < 20000; ++i) {
        std::string html;
        for (auto n = random() % 12; n > 0; --n) {
            html += pieces[random() % std::size(pieces)];
        }
        shown(html);
        without_pictures(html);
    }
}

TEST(Pictures, AreFoundAndReplacedByAMark) {
    struct {
        std::string_view text;
        std::string_view expected;
    } const table[] = {
        {"no picture, data:image/ is a word", "no picture, data:image/ is a word"},
        {"data:image/png;base64,AAAA", "[picture left out: image/png, 3 bytes]"},
        {"a DATA:IMAGE/GIF;charset=x;base64,AAAABBBB b",
         "a [picture left out: IMAGE/GIF, 6 bytes] b"},
        {"![x](data:image/png;base64,AAAA)", "![x]([picture left out: image/png, 3 bytes])"},
        {"<p><IMG alt='x' src='data:image/png;base64,AAAA' width=3>z</p>",
         "<p>[picture left out: image/png, 3 bytes]z</p>"},
        {"<b>data:image/png;base64,AAAA</b>", "<b>[picture left out: image/png, 3 bytes]</b>"},
        {"<img src=\"data:image/png;base64,AAAA\"",
         "<img src=\"[picture left out: image/png, 3 "
         "bytes]\""},
        {"data:image/png;base64,AAAA data:image/png;base64,AAAA",
         "[picture left out: image/png, 3 bytes] [picture left out: image/png, 3 bytes]"},
        {"data:image/png \";base64,AAAA", "data:image/png \";base64,AAAA"},
    };
    for (const auto& row : table) {
        EXPECT_EQ(without_pictures(row.text), row.expected) << row.text;
        EXPECT_EQ(has_picture(row.text), row.text != row.expected) << row.text;
    }
}

TEST(Truncated, HasTheLengthAndTheMark) {
    EXPECT_EQ(shortened(std::string(1234567, 'x'), 100),
              std::string(59, 'x') + " [shortened: 1,234,567 characters before]");
    const std::string wide = [] {
        std::string out;
        for (int i = 0; i < 200; ++i) {
            out += "é";
        }
        return out;
    }();
    const auto cut = shortened(wide, 150);
    EXPECT_EQ(characters(cut), 150u);
    EXPECT_EQ(valid_utf8(cut), cut) << "cut inside a character";
}

TEST(Truncated, NeverCutsATagOrAnEntity) {
    const std::string tail(200, 'x');
    for (std::size_t before = 50; before < 80; ++before) {
        for (const std::string markup : {"&amp;", "<br>", "&lt;"}) {
            const auto cut = shortened(std::string(before, 'a') + markup + tail, 110, true);
            const auto kept = cut.substr(0, cut.find(" [shortened"));
            EXPECT_TRUE(kept.find_first_of("&<") == std::string::npos ||
                        kept.find(markup) != std::string::npos)
                << kept;
            EXPECT_LE(characters(cut), 110u);
        }
    }
}

TEST(NoteTemplate, IsTextWithColumns) {
    const auto pieces = parse_template("a { B } {{c}}{D}").value();
    EXPECT_EQ(pieces, (std::vector<template_piece>{
                          {false, "a "}, {true, "B"}, {false, " {c}"}, {true, "D"}}));
}

} // namespace
} // namespace noteload::mapping
