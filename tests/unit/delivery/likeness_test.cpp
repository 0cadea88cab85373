#include "noteload/delivery/likeness.hpp"

#include "noteload/delivery/note_date.hpp"
#include "noteload/delivery/note_text.hpp"
#include "noteload/delivery/request.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <functional>
#include <ostream>
#include <random>
#include <vector>

namespace noteload::delivery {
namespace {

sent_note sent(std::string_view text, std::string_view date = "2019-03-14") {
    return {.contact_id = 5,
            .type = "Call",
            .note = std::string(text),
            .note_date_time = std::string(date),
            .important = false,
            .is_private = false,
            .time_spent = std::nullopt};
}

/// As a server shows it that changes nothing but the date's form.
contact_note shown(std::string_view text, std::string_view date = "3/14/2019") {
    contact_note n;
    n.id = 77;
    n.contact_id = 5;
    n.type = "Call";
    n.note = text;
    n.note_date = date;
    return n;
}

constexpr auto same_bytes = likeness::same_bytes;
constexpr auto same = likeness::same;
constexpr auto unclear = likeness::unclear;
constexpr auto other = likeness::other;

struct text_case {
    std::string_view ours;
    std::string_view theirs;
    likeness agreeing;  ///< contact, type, flags and date agree
    likeness differing; ///< the type differs
};

const text_case texts[] = {
    // The text as it is.
    {"Called her.", "Called her.", same_bytes, unclear},
    {"<b>Called</b> her.", "<b>Called</b> her.", same_bytes, unclear},
    {"", "", same_bytes, unclear},
    // Blanks.
    {"a\nb", "a\r\nb", same, unclear},
    {"a\r\nb", "a\nb", same, unclear},
    {"Called her. ", "Called her.", same, unclear},          // trimmed
    {"Called  her.", "Called her.", same, unclear},          // a blank lost
    {"Called her.", "Called\u00A0her.", same, unclear},      // NBSP
    {"Called\u00A0her.", "Called&nbsp;her.", same, unclear}, // and as an entity
    {"\uFEFFCalled her.", "Called her.", same, unclear},     // byte order mark dropped
    {"Called\u200Bher.", "Calledher.", same, unclear},       // zero-width space dropped
    {"Calledher.", "Called her.", unclear, other},           // a blank within a word is a change
    // The server made HTML of our text.
    {"a\nb", "a<br>b", same, unclear},
    {"a\n\nb", "<p>a</p><p>b</p>", same, unclear},
    {"a\nb", "a<br />\r\nb", same, unclear},
    {"a < b & c > d", "a &lt; b &amp; c &gt; d", same, unclear},
    {"<b>x</b>", "&lt;b&gt;x&lt;/b&gt;", same, unclear},        // our tags escaped
    {"<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>", same, unclear}, // and wrapped
    {"a &amp; b", "a &amp;amp; b", same, unclear},              // our entity escaped
    {"it's \"so\"", "it&#39;s &quot;so&quot;", same, unclear},
    {"Zo\u00EB \u2014 100 \u20AC", "Zo&euml; &mdash; 100 &#8364;", same, unclear},
    {"smile \U0001F600", "smile &#128512;", same, unclear},
    {"Jo <jo@x.org> wrote", "<p>Jo &lt;jo@x.org&gt; wrote</p>", same, unclear},
    {"Dear <FirstName>", "<div>Dear <FirstName></div>", same, unclear}, // kept as it was
    // It touched our HTML, or made text of it.
    {"<b>x</b> y", "<p><strong>x</strong> y</p>", same, unclear},
    {"<p>a</p>\n<p>b</p>", "<p>a</p><p>b</p>", same, unclear},
    {"<p>a &amp; b</p>", "a & b", same, unclear},
    {"<b>x</b> y", "x y", same, unclear},
    {"&lt;b&gt; is bold", "<b> is bold", same, unclear}, // decoded once, tag-like text left
    {"a<br>b", "a\nb", same, unclear},
    {"un<b>kind</b>", "unkind", same, unclear},
    // What looks like it and is not.
    {"a b", "ab", unclear, other},
    {"Called her.", "Called him.", unclear, other},
    {"Called her.", "called her.", unclear, other}, // case is content
    {"Called her.", "CALLED HER.", unclear, other},
    {"Zo\u00EB came by", "Zo? came by", unclear, other}, // another encoding
    {"Dear <FirstName>", "Dear <LastName>", unclear, other},
    {"Mail from <jo@x.org>", "Mail from <al@x.org>", unclear, other},
    {"paid 100", "paid 1000", unclear, unclear}, // a prefix, over half
    {"2 < 3", "2 &lt; 4", unclear, other},
    // Tags alone show nothing: they prove nothing.
    {"<img src='a.png'>", "<img src='b.png'>", unclear, unclear},
    {"<img src='a.png'>", "<p><img src='a.png'></p>", unclear, unclear},
    {"<img src='a.png'>", "", unclear, unclear},
    {"<img src='a.png'>", "&lt;img src='a.png'&gt;", same, unclear},
    // Cut off or added to.
    {"Called her about the gala on Friday.", "Called her about the", unclear, unclear}, // 20 bytes
    {"Called her about the gala on Friday.", "Called her about th...", unclear,
     unclear}, // over half
    {"Called her about the gala, and she said that she may come.", "Called her about th...",
     unclear, other}, // 19 bytes, and under half
    {"Called her about the gala, and she said that she may come.", "Called her about the\u2026",
     unclear, unclear},
    {"Called her about the gala, and she said that she may come.", "Called her about the\uFFFD",
     unclear, unclear},
    {"Called her about the gala.", "<p>Called her about the gala.</p><p>Sent by an API</p>",
     unclear, unclear},
    {"Called her about the gala.", "[Import] Called her about the gala.", unclear, unclear},
    {"Visit", "Visit by the whole family and friends", unclear, other}, // short and under half
    {"Visited", "Visited twice", unclear, unclear},                     // over half
    {"Called her.", "", unclear, other},
    {"a <b>very long text about the gala</b> and more", "<p>a very long text about", unclear,
     unclear},
    // Something else altogether: `unclear` by its facts alone.
    {"Called her.", "Thank-you letter sent after the gala.", unclear, other},
};

TEST(Compare, ReadsTheTableOfTexts) {
    for (const auto& c : texts) {
        SCOPED_TRACE(fmt::format("'{}' against '{}'", c.ours, c.theirs));
        EXPECT_EQ(compare(sent(c.ours), shown(c.theirs)), c.agreeing);
        auto theirs = shown(c.theirs);
        theirs.type = "Letter";
        EXPECT_EQ(compare(sent(c.ours), theirs), c.differing);
    }
}

struct fact_case {
    std::string_view what;
    std::function<void(sent_note&, contact_note&)> change;
    likeness same_text;
    likeness other_text;
};

const fact_case facts[] = {
    {"nothing", [](auto&, auto&) {}, same_bytes, unclear},
    {"contact", [](auto&, auto& n) { n.contact_id = 6; }, other, other},
    {"contact not shown", [](auto&, auto& n) { n.contact_id = 0; }, unclear, unclear},
    {"type", [](auto&, auto& n) { n.type = "Letter"; }, unclear, other},
    {"type's case", [](auto&, auto& n) { n.type = "CALL"; }, same_bytes, unclear},
    {"type's blanks", [](auto&, auto& n) { n.type = " Call\u00A0"; }, same_bytes, unclear},
    {"type not shown", [](auto&, auto& n) { n.type.clear(); }, unclear, unclear},
    {"important", [](auto&, auto& n) { n.important = true; }, unclear, other},
    {"important, ours", [](auto& o, auto&) { o.important = true; }, unclear, other},
    {"private", [](auto&, auto& n) { n.is_private = true; }, unclear, other},
    {"private, both",
     [](auto& o, auto& n) {
         o.is_private = true;
         n.is_private = true;
     },
     same_bytes, unclear},
    {"flags exchanged",
     [](auto& o, auto& n) {
         o.is_private = true;
         n.important = true;
     },
     unclear, other},
    {"time spent", [](auto& o, auto&) { o.time_spent = 30; }, same_bytes, unclear}, // never shown
    {"no date of ours", [](auto& o, auto&) { o.note_date_time.clear(); }, same_bytes, unclear},
    {"no date at all",
     [](auto& o, auto& n) {
         o.note_date_time.clear();
         n.note_date.clear();
     },
     same_bytes, unclear},
    {"no date of theirs", [](auto&, auto& n) { n.note_date.clear(); }, unclear, unclear},
    {"date of another week", [](auto&, auto& n) { n.note_date = "3/21/2019"; }, unclear, other},
    {"date a day early", [](auto&, auto& n) { n.note_date = "3/13/2019"; }, unclear, unclear},
    {"date unreadable", [](auto&, auto& n) { n.note_date = "14 mars 2019"; }, unclear, unclear},
    {"no date of ours, and another type",
     [](auto& o, auto& n) {
         o.note_date_time.clear();
         n.type = "Letter";
     },
     unclear, other},
    {"date a day early, and another flag",
     [](auto&, auto& n) {
         n.note_date = "3/13/2019";
         n.important = true;
     },
     unclear, other},
};

TEST(Compare, ReadsTheTableOfFacts) {
    for (const auto& c : facts) {
        SCOPED_TRACE(c.what);
        auto ours = sent("Called her about the gala.");
        auto theirs = shown(ours.note);
        c.change(ours, theirs);
        EXPECT_EQ(compare(ours, theirs), c.same_text);
        theirs.note = "Thank-you letter sent after the dinner.";
        EXPECT_EQ(compare(ours, theirs), c.other_text);
    }
}

struct date_case {
    std::string_view ours;
    std::string_view theirs;
    agreement want;
};

const date_case dates[] = {
    {"2017-10-04", "10/4/2017", agreement::agrees},
    {"2017-10-04T12:00:00", "10/4/2017", agreement::agrees},
    {"2017-10-04T12:00:00", "10/4/2017 12:00:00 PM", agreement::agrees},
    {"2017-10-04T12:00:00", "10/4/2017 5:00:00 AM", agreement::agrees}, // times of day are shifted
    {"2017-10-04", "2017-10-04T00:00:00", agreement::agrees},
    {"2017-10-04", "2017-10-04", agreement::agrees},
    {"2017-10-04", "10/04/2017", agreement::agrees},
    {"2017-10-04", "4.10.2017 00:00:00", agreement::agrees},
    {"2017-10-04", "4-10-2017", agreement::agrees},
    {"2017-10-04", "2017/10/04", agreement::agrees},
    {"2017-10-04", " \u200E10/\u200E4/\u200E2017 ", agreement::agrees},
    {"2019-03-04", "3/4/2019", agreement::agrees}, // both readings of an ambiguous date
    {"2019-04-03", "3/4/2019", agreement::agrees},
    {"2019-03-14", "14/3/2019", agreement::agrees},
    {"2019-03-05", "3/4/2019", agreement::unsure}, // through UTC midnight
    {"2019-04-02", "3/4/2019", agreement::unsure}, // the same by the other reading
    {"2019-03-01", "2/28/2019", agreement::unsure},
    {"2019-12-31", "1/1/2020", agreement::unsure},
    {"2019-03-06", "3/4/2019", agreement::differs},
    {"2019-03-04", "3/4/2018", agreement::differs},
    {"2019-03-14", "3/16/2019", agreement::differs},
    {"", "3/4/2019", agreement::agrees},
    {"", "", agreement::agrees},
    {"2019-03-04", "", agreement::unsure},
    {"2019-03-04", "March 4, 2019", agreement::unsure},
    {"2019-03-04", "3/4/19", agreement::unsure},
    {"2019-03-04", "0001-01-01T00:00:00", agreement::unsure}, // how .NET says "not set"
    {"2019-03-04", "1/1/0001", agreement::unsure},
    {"2019-03-04", "13/13/2019", agreement::unsure},
    {"2019-02-28", "2/30/2019", agreement::unsure},
    {"2019-03-04", "3/4/2019x", agreement::unsure},
    {"2019-03-04", "3/4.2019", agreement::unsure},
    {"2019-03-04", "/Date(1551657600000)/", agreement::unsure},
    {"2019-03-04", "99999999999/4/2019", agreement::unsure},
    {"not ours", "3/4/2019", agreement::unsure},
};

TEST(CompareDates, ReadsTheTable) {
    for (const auto& [ours, theirs, want] : dates) {
        EXPECT_EQ(compare_dates(ours, theirs), want) << ours << " against " << theirs;
    }
}

TEST(ReadSentNote, ReadsBackWhatWeSend) {
    std::string body;
    append_note_body(body, {.contact_id = 5,
                            .type = "Call",
                            .note = "a \"b\"\n\u2026",
                            .note_date_time = "2019-03-04T12:00:00",
                            .important = true,
                            .is_private = false,
                            .time_spent = 30});
    EXPECT_EQ(read_sent_note(body),
              (sent_note{5, "Call", "a \"b\"\n\u2026", "2019-03-04T12:00:00", true, false, 30}));
    body.clear();
    append_note_body(body, {.contact_id = 6,
                            .type = "Event",
                            .note = "x",
                            .note_date_time = {},
                            .important = {},
                            .is_private = {},
                            .time_spent = {}});
    EXPECT_EQ(read_sent_note(body), (sent_note{6, "Event", "x", "", false, false, {}}));
}

TEST(ReadSentNote, RefusesWhatWeDoNotSend) {
    for (const auto* body :
         {"", "[]", "{}", R"({"contactId":5,"type":"Call"})", R"({"contactId":5,"note":"x"})",
          R"({"type":"Call","note":"x"})", R"({"contactId":"5","type":"Call","note":"x"})",
          R"({"contactId":0,"type":"Call","note":"x"})",
          R"({"contactId":5,"type":"Call","note":null})",
          R"({"contactId":5,"type":"Call","note":"x")"}) {
        EXPECT_EQ(read_sent_note(body), std::nullopt) << body;
    }
}

// Properties, over texts put together from words.

constexpr std::uint64_t seed = 20261124;

std::string random_words(std::mt19937_64& random) {
    constexpr std::array<std::string_view, 14> words = {
        "called",           "about",      "the gala", "Zo\u00EB",   "R&D",  "<3",   "a < b",
        "\u201Cfine\u201D", "100 \u20AC", "it's",     "\U0001F600", "q&a;", "AT&T", "said \"no\""};
    constexpr std::array<std::string_view, 4> between = {" ", " ", "\n", "\n\n"};
    std::string text(words[random() % words.size()]);
    for (auto n = random() % 20; n > 0; --n) {
        text += between[random() % between.size()];
        text += words[random() % words.size()];
    }
    return text;
}

std::string replaced(std::string_view text, char from, std::string_view to) {
    std::string out;
    for (const char c : text) {
        if (c == from) {
            out += to;
        } else {
            out += c;
        }
    }
    return out;
}

std::string escaped(std::string_view text) {
    return replaced(replaced(replaced(text, '&', "&amp;"), '<', "&lt;"), '>', "&gt;");
}

std::string numbered(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (length == 1) {
            out += text[at++];
            continue;
        }
        std::uint32_t code = lead & (0x7FU >> length);
        for (std::size_t i = 1; i < length; ++i) {
            code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
        }
        out += fmt::format("&#{};", code);
        at += length;
    }
    return out;
}

using shape = std::function<std::string(std::string_view)>;

const std::vector<shape>& shapes() {
    static const std::vector<shape> all = {
        [](std::string_view t) { return replaced(escaped(t), '\n', "<br>"); },
        [](std::string_view t) { return replaced(escaped(t), '\n', "<br />\r\n"); },
        [](std::string_view t) { return "<p>" + replaced(escaped(t), '\n', "</p>\n<p>") + "</p>"; },
        [](std::string_view t) {
            return "<div class=\"note\">" + replaced(escaped(t), '\n', "<br>") + "</div>";
        },
        [](std::string_view t) { return replaced(t, '\n', "\r\n"); },
        [](std::string_view t) { return replaced(t, '\n', "\r"); },
        [](std::string_view t) { return numbered(escaped(t)); },
        [](std::string_view t) { return "<p>" + numbered(escaped(t)) + "</p>"; },
        [](std::string_view t) { return " \r\n" + std::string(t) + " \n"; },
        [](std::string_view t) { return replaced(t, ' ', "\u00A0"); },
        [](std::string_view t) { return replaced(escaped(t), ' ', "&nbsp; "); },
        [](std::string_view t) { return "<p>" + std::string(t) + "</p>"; }, // `<` left alone
        [](std::string_view t) { return replaced(escaped(t), '\'', "&#39;"); },
    };
    return all;
}

TEST(Compare, FindsItsNoteInEveryShapeAndNeverWithAWordChanged) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 2'000; ++i) {
        const auto text = random_words(random);
        const auto changed_at = random() % (text.size() + 1);
        auto changed = random_words(random) + '\n' + random_words(random);
        if (random() % 2 == 0) { // a single word more, somewhere in the same text
            const auto space = std::min(text.find(' ', changed_at), text.size());
            changed = text.substr(0, space) + " however" + text.substr(space);
        }
        for (std::size_t s = 0; s < shapes().size(); ++s) {
            SCOPED_TRACE(fmt::format("seed {}, text {}, shape {}: {}", seed, i, s, text));
            const auto found = compare(sent(text), shown(shapes()[s](text)));
            ASSERT_TRUE(found == same || found == same_bytes) << shapes()[s](text);
            if (fold_blanks(changed) != fold_blanks(text)) {
                ASSERT_EQ(compare(sent(text), shown(shapes()[s](changed))), unclear) << changed;
            }
        }
    }
}

TEST(TwinHash, IsEqualForTwinsAlone) {
    const auto hash = twin_hash(sent("a <b>b</b>\nc"));
    for (const auto* twin : {"a b c", " a  b\r\nc", "<p>a b</p>c", "a&nbsp;b c", "&lt;p&gt;a b c",
                             "&amp;lt;p&amp;gt;a b c"}) {
        EXPECT_EQ(twin_hash(sent(twin)), hash) << twin;
    }
    EXPECT_EQ(twin_hash(sent("a b c", "")), hash); // a row without a date takes any
    EXPECT_EQ(twin_hash(sent("a b c", "2019-04-03")), hash);
    auto n = sent("a b c");
    n.type = " CALL";
    n.time_spent = 3;
    EXPECT_EQ(twin_hash(n), hash);

    EXPECT_NE(twin_hash(sent("a b d")), hash);
    n.type = "Letter";
    EXPECT_NE(twin_hash(n), hash);
    n = sent("a b c");
    n.contact_id = 6;
    EXPECT_NE(twin_hash(n), hash);
    n = sent("a b c");
    n.important = true;
    const auto important = twin_hash(n);
    EXPECT_NE(important, hash);
    n.important = false;
    n.is_private = true;
    EXPECT_NE(twin_hash(n), hash);
    EXPECT_NE(twin_hash(n), important);
}

/// Few pieces, so that different texts often look the same in some shape.
std::string random_markup(std::mt19937_64& random) {
    constexpr std::array<std::string_view, 12> pieces = {
        "a", " ", "<b>", "</b>", "<p>", "&lt;b&gt;", "&amp;", "lt;", "\u00A0", "<", "b>", "\u200B"};
    std::string text;
    for (auto n = 1 + random() % 5; n > 0; --n) {
        text += pieces[random() % pieces.size()];
    }
    return text;
}

TEST(TwinHash, IsEqualForAnyTwoRowsThatOneNoteCouldBeTakenFor) {
    std::mt19937_64 random(seed);
    constexpr std::array<std::string_view, 3> days = {"2019-03-04", "2019-04-03", ""};
    int shared = 0;
    for (int i = 0; i < 100'000; ++i) {
        const auto a = sent(random_markup(random), days[random() % days.size()]);
        const auto b = sent(random_markup(random), days[random() % days.size()]);
        // Often a note that one of them could have made.
        auto text = random_markup(random);
        switch (random() % 4) {
            case 0:
                text = a.note;
                break;
            case 1:
                text = escaped(a.note);
                break;
            case 2:
                text = shown_text(a.note);
                break;
            default:
                break;
        }
        const auto note = shown(text, "3/4/2019");
        if (compare(a, note) <= same && compare(b, note) <= same) {
            shared += a == b ? 0 : 1;
            ASSERT_EQ(twin_hash(a), twin_hash(b)) << "seed " << seed << ", try " << i << ": " << a
                                                  << " and " << b << ", both " << text;
        }
    }
    EXPECT_GT(shared, 1'000); // else this test has shown nothing
}

TEST(Interchangeable, AreTwinsThatDifferInNothingThatIsKept) {
    const auto a = sent("a b");
    EXPECT_TRUE(interchangeable(a, sent(" a\r\nb")));
    EXPECT_FALSE(interchangeable(a, sent("a <b>b</b>")));
    EXPECT_FALSE(interchangeable(a, sent("a b", "2019-04-03")));
    EXPECT_FALSE(interchangeable(a, sent("a b", "")));
    EXPECT_FALSE(interchangeable(a, sent("a b", "2019-03-14T12:00:00")));
    auto n = a;
    n.type = "CALL";
    EXPECT_TRUE(interchangeable(a, n));
    n.time_spent = 3;
    EXPECT_FALSE(interchangeable(a, n));
    n = a;
    n.important = true;
    EXPECT_FALSE(interchangeable(a, n));
    n = a;
    n.contact_id = 6;
    EXPECT_FALSE(interchangeable(a, n));
}

TEST(Compare, TakesAnyBytesInLinearTime) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 20'000; ++i) {
        std::string a;
        std::string b;
        for (auto n = random() % 30; n > 0; --n) {
            a += static_cast<char>(random());
            b += static_cast<char>(random());
        }
        ASSERT_NE(compare(sent(a, b), shown(b, a)), same) << "seed " << seed << ", try " << i;
    }
    std::string deep;
    while (deep.size() < 1'000'000) {
        deep += "&amp;amp;";
    }
    EXPECT_EQ(compare(sent(deep), shown(deep + "x")), unclear);
    EXPECT_EQ(twin_hash(sent(deep)), twin_hash(sent(deep + "amp;")));
}

} // namespace
} // namespace noteload::delivery
