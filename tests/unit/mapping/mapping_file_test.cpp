#include "noteload/mapping/mapping_file.hpp"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "noteload/mapping/note_mapper.hpp"

namespace noteload::mapping {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

mapping_rules parsed(std::string_view text) {
    auto rules = parse_mapping(text, "m.toml");
    EXPECT_TRUE(rules.has_value()) << (rules ? "" : rules.error().message);
    return rules ? *rules : mapping_rules{};
}

std::string refused(std::string_view text) {
    const auto rules = parse_mapping(text, "m.toml");
    EXPECT_TRUE(rules.has_error()) << text;
    EXPECT_TRUE(!rules.has_error() || rules.error().code == errc::usage);
    return rules ? "" : rules.error().message;
}

// The example of the README, key by key.
constexpr std::string_view example = R"toml(
key = "LGL Note ID"
[contactId]                    # how the row names its contact
column = "LGL Constituent ID"
by = "reference:LGL"           # or "id" (default), "email", "file:contacts.csv"
[type]
column = "Note Type"
values = { "Phone call" = "Call", "" = "General" }
otherwise = "General"          # without it an unknown type is invalid
[note]
template = "{Note Text}\n\n(Recorded by {Note Creator})"
format = "text"                # or "html"
max_length = 65536
over = "truncate"
[noteDateTime]
column = "Note Date"           # or columns = ["Date", "Time"]
formats = ["%m/%d/%Y %I:%M %p", "%m/%d/%Y"]
zone = "America/New_York"
partial = "invalid"            # or "first"
[important]
true = ["Yes", "X", "1"]
[timeSpent]
unit = "minutes"               # also "hours", "hh:mm"
)toml";

TEST(MappingFile, ReadsTheReadmesExample) {
    const auto r = parsed(example);
    EXPECT_EQ(r.key, "LGL Note ID");
    EXPECT_EQ(r.contact, (contact_rule{.column = "LGL Constituent ID",
                                       .by = contact_by::reference,
                                       .source = "LGL",
                                       .hash = {}}));
    EXPECT_EQ(r.type.column, "Note Type");
    EXPECT_THAT(r.type.values, ElementsAre(Pair("", "General"), Pair("Phone call", "Call")));
    EXPECT_EQ(r.type.otherwise, "General");
    EXPECT_EQ(r.note.column, "");
    EXPECT_EQ(r.note.pattern, "{Note Text}\n\n(Recorded by {Note Creator})");
    EXPECT_EQ(r.note.max_length, 65536);
    EXPECT_EQ(r.note.over, over_rule::truncate);
    EXPECT_THAT(r.date.columns, ElementsAre("Note Date"));
    EXPECT_THAT(r.date.formats, ElementsAre("%m/%d/%Y %I:%M %p", "%m/%d/%Y"));
    EXPECT_EQ(r.date.zone, "America/New_York");
    EXPECT_FALSE(r.date.first_day);
    EXPECT_EQ(r.important.column, "important");
    EXPECT_THAT(*r.important.yes, ElementsAre("Yes", "X", "1"));
    EXPECT_FALSE(r.important.no);
    EXPECT_EQ(r.is_private, mapping_rules{}.is_private);
    EXPECT_EQ(r.time_spent, time_rule{});
}

TEST(MappingFile, LeavesTheDefaultsOfWhatItDoesNotSay) {
    EXPECT_EQ(parsed(""), mapping_rules{});
    EXPECT_TRUE(is_by_field_name(parsed("key = \"k\"")));
    EXPECT_FALSE(is_by_field_name(parsed("[timeSpent]\nunit = \"hours\"")));
}

TEST(MappingFile, ReadsEveryOtherValue) {
    EXPECT_EQ(parsed("[contactId]\ncolumn = \" A \"\nby = \"email\"").contact,
              (contact_rule{.column = "A", .by = contact_by::email, .source = {}, .hash = {}}));
    EXPECT_EQ(
        parsed("[contactId]\ncolumn = \"A\"\nby = \"file: c.csv\"\nhash = \"h\"").contact,
        (contact_rule{.column = "A", .by = contact_by::file, .source = "c.csv", .hash = "h"}));
    EXPECT_EQ(parsed("[contactId]\ncolumn = \"A\"\nby = \"id\"").contact.by, contact_by::id);
    EXPECT_EQ(parsed("[type]\notherwise = \"Call\"").type,
              (type_rule{.column = "", .values = {}, .otherwise = "Call"}));
    const auto note = parsed(
                          "[note]\ncolumn = \"n\"\nformat = \"html\"\nsource_format = "
                          "\"html\"\npictures = \"drop with a mark\"\nmax_length = 5\nover = "
                          "\"invalid\"")
                          .note;
    EXPECT_EQ(note, (note_rule{.column = "n",
                               .pattern = {},
                               .format = text_format::html,
                               .source_format = text_format::html,
                               .pictures = picture_rule::drop,
                               .max_length = 5,
                               .over = over_rule::invalid}));
    EXPECT_EQ(parsed("[note]\ncolumn = \"n\"\npictures = \"invalid\"").note.pictures,
              picture_rule::invalid);
    const auto date = parsed(
                          "[noteDateTime]\ncolumns = [\"D\", \"T\"]\nformats = [\"%m/%y\"]\n"
                          "pivot = 1950\npartial = \"first\"")
                          .date;
    EXPECT_EQ(date, (date_rule{.columns = {"D", "T"},
                               .formats = {"%m/%y"},
                               .zone = {},
                               .first_day = true,
                               .pivot = 1950}));
    const auto flag = parsed("[private]\ncolumn = \"P\"\nfalse = [\"\", \"no\"]").is_private;
    EXPECT_EQ(flag.column, "P");
    EXPECT_THAT(*flag.no, ElementsAre("", "no"));
    EXPECT_FALSE(flag.yes);
    EXPECT_EQ(parsed("[timeSpent]\ncolumn = \"T\"\nunit = \"hh:mm\"").time_spent,
              (time_rule{.column = "T", .unit = time_unit::hh_mm}));
    EXPECT_EQ(parsed("[type]\ncolumn = \"T\"\n[type.values]\nA = \"B\"").type.values.size(), 1u);
}

TEST(MappingFile, NamesFileLineAndWhatToDo) {
    struct {
        std::string_view text;
        std::string_view place;
        std::string_view says;
    } const table[] = {
        {"key = 7", "m.toml:1: key", "a text in quotes"},
        {"key = \" \"", "m.toml:1: key", "blank"},
        {"\nkee = \"k\"", "m.toml:2: ", "did you mean \"key\"?"},
        {"[notes]\ncolumn = \"a\"", "m.toml:1: ", "did you mean \"note\"?"},
        {"[zzzzzzzzzz]", "m.toml:1: ", "the keys here are \"key\", \"contactId\""},
        {"note = \"x\"", "m.toml:1: note", "a table is expected"},
        {"key = \"a\nb\"", "m.toml:1: ", "not TOML"},
        {"[note]\ntemplate = \"C:\\dir\"", "m.toml:2: ", "a backslash in them is doubled"},
        {"key = \"a\"\nkey = \"b\"", "m.toml:2: ", "not TOML"},
        {"[contactId]\nby = \"id\"", "m.toml:1: [contactId] column", "name the column"},
        {"[contactId]\ncolumn = \"a\"\nby = \"name\"", "m.toml:3: [contactId] by",
         "\"reference:SOURCE\""},
        {"[contactId]\ncolumn = \"a\"\nby = \"reference:\"", "m.toml:3: ", "is not one of"},
        {"[contactId]\ncolumn = \"a\"\nby = \"file: \"", "m.toml:3: ", "is not one of"},
        {"[contactId]\ncolumn = \"a\"\nhash = \"h\"", "m.toml:3: ", "remove it"},
        {"[contactId]\ncolum = \"a\"", "m.toml:2: ", "did you mean \"column\"?"},
        {"[type]\nvalues = { a = \"b\" }", "m.toml:1: [type] column", "`otherwise` alone"},
        {"[type]", "m.toml:1: [type] column", "name the column"},
        {"[type]\ncolumn = \"t\"\nvalues = { a = 1 }", "m.toml:3: ", "\"a\" needs a text"},
        {"[type]\ncolumn = \"t\"\nvalues = { a = \"x\", A = \"y\" }", "m.toml:3: ", "there twice"},
        {"[type]\ncolumn = \"t\"\nvalues = [\"a\"]", "m.toml:3: ", "a table is expected"},
        {"[note]\nformat = \"text\"", "m.toml:1: [note] column", "either `column` or `template`"},
        {"[note]\ncolumn = \"a\"\ntemplate = \"{b}\"", "m.toml:3: [note] template", "either"},
        {"[note]\ntemplate = \"no column\"", "m.toml:2: ", "takes no column"},
        {"[note]\ntemplate = \"{a\"", "m.toml:2: ", "on its own"},
        {"[note]\ntemplate = \"{a} }\"", "m.toml:2: ", "on its own"},
        {"[note]\ntemplate = \"{ }\"", "m.toml:2: ", "without a column's name"},
        {"[note]\ncolumn = \"a\"\nformat = \"markdown\"", "m.toml:3: ", "\"text\", \"html\""},
        {"[note]\ncolumn = \"a\"\nmax_length = 0", "m.toml:3: ", "from 1"},
        {"[note]\ncolumn = \"a\"\nmax_length = \"9\"", "m.toml:3: ", "without quotes"},
        {"[note]\ncolumn = \"a\"\nover = \"truncate\"", "m.toml:3: ", "max_length"},
        {"[note]\ncolumn = \"a\"\nmax_length = 9\nover = \"cut\"", "m.toml:4: ", "\"truncate\""},
        {"[note]\ncolumn = \"a\"\nmax_length = 9\nover = \"split\"",
         "m.toml:4: ", "one outcome and one note"},
        {"[note]\ncolumn = \"a\"\nmax_length = 99\nover = \"truncate\"",
         "m.toml:3: ", "at least 100"},
        {"[note]\ncolumn = \"a\"\nformat = \"html\"\nsource_format = \"html\"\nmax_length = "
         "999\nover = \"truncate\"",
         "m.toml:6: ", "cut through the HTML"},
        {"[note]\ncolumn = \"a\"\npictures = \"drop\"", "m.toml:3: ", "\"drop with a mark\""},
        {"[noteDateTime]\ncolumn = \"a\"\ncolumns = [\"a\"]", "m.toml:3: ", "either"},
        {"[noteDateTime]\ncolumns = [\"a\", \"A\"]", "m.toml:2: ", "there twice"},
        {"[noteDateTime]\ncolumns = []", "m.toml:2: ", "a list of texts"},
        {"[noteDateTime]\nformats = [\"%d\"]", "m.toml:2: ", "has no year"},
        {"[noteDateTime]\nformats = [\"%m/%d/%y\"]", "m.toml:2: ", "pivot = 1950"},
        {"[noteDateTime]\nformats = [\"%m/%Y\"]", "m.toml:2: ", "partial = \"first\""},
        {"[noteDateTime]\nformats = [\"%m/%d/%Y\", \"%d/%m/%Y\"]",
         "m.toml:2: ", "would be a guess"},
        {"[noteDateTime]\nformats = [\"iso\", \"iso\"]", "m.toml:2: ", "there twice"},
        {"[noteDateTime]\nzone = \"EST5\"", "m.toml:2: ", "America/New_York"},
        {"[noteDateTime]\npartial = \"last\"", "m.toml:2: ", "\"first\""},
        {"[noteDateTime]\npivot = 50", "m.toml:2: ", "four digits"},
        {"[important]\ntrue = \"x\"", "m.toml:2: ", "a list of texts"},
        {"[important]\ntrue = [\"x\"]\nfalse = [\"X\"]", "m.toml:3: ", "there twice"},
        {"[important]\nyes = [\"x\"]", "m.toml:2: ", "there is no key \"yes\""},
        {"[timeSpent]\nunit = \"days\"", "m.toml:2: ", "\"hh:mm\""},
    };
    for (const auto& row : table) {
        EXPECT_THAT(refused(row.text),
                    AllOf(HasSubstr(std::string(row.place)), HasSubstr(std::string(row.says))))
            << row.text;
    }
}

TEST(MappingFile, TellsAllProblemsInTheFilesOrder) {
    const auto told = refused("[timeSpent]\nunit = \"x\"\n[note]\ncolumn = 3\n[typ]\n");
    EXPECT_LT(told.find("m.toml:2: "), told.find("m.toml:4: "));
    EXPECT_LT(told.find("m.toml:4: "), told.find("m.toml:5: "));
    std::string many;
    for (int i = 0; i < 50; ++i) {
        many += "x" + std::to_string(i) + " = 1\n";
    }
    EXPECT_THAT(refused(many), HasSubstr("and 30 more"));
}

TEST(MappingFile, RefusesMoreThanItCanRead) {
    EXPECT_THAT(refused(std::string(largest_mapping + 1, ' ')), HasSubstr("over 1 MiB"));
    std::string pattern;
    for (int i = 0; i < 30; ++i) {
        pattern += "{c" + std::to_string(i) + "}";
    }
    EXPECT_THAT(refused("[note]\ntemplate = \"" + pattern + "\""), HasSubstr("32 is the most"));
    EXPECT_THAT(refused("key = \"\x80\""), HasSubstr("not TOML"));
}

/// A text with everything that a TOML string has to escape.
class texts {
public:
    explicit texts(std::mt19937& random) : random_(random) {}

    std::string any(bool may_be_empty = false) {
        constexpr std::string_view pieces[] = {"a", "B", "\"", "\\", "\n", "\t", "\x7F", "\x01",
                                               "é", "😀", "{",  "}",  "#",  "'",  "=",    " x"};
        std::string out = may_be_empty && pick(4) == 0 ? "" : "t";
        for (auto n = out.empty() ? 0 : pick(6); n > 0; --n) {
            out += pieces[pick(std::size(pieces))];
        }
        return out.empty() ? out : out + "z";
    }
    std::size_t pick(std::size_t below) { return random_() % below; }
    bool chance() { return pick(2) == 0; }
    std::vector<std::string> list(std::string_view mark) {
        std::vector<std::string> out;
        for (auto n = pick(3) + 1; n > 0; --n) {
            out.push_back(any() + std::string(mark) + std::to_string(n));
        }
        return out;
    }

private:
    std::mt19937& random_;
};

note_rule random_note(texts& t) {
    note_rule n;
    if (t.chance()) {
        n.column = "";
        n.pattern = "{{" + std::string("\n\"\\ é ") + "{a b}}}";
    } else {
        n.column = t.any();
    }
    n.format = t.chance() ? text_format::html : text_format::text;
    n.source_format = t.chance() ? text_format::html : text_format::text;
    n.pictures = static_cast<picture_rule>(t.pick(3));
    if (t.chance()) {
        n.max_length = static_cast<std::int64_t>(100 + t.pick(100000));
        const bool kept = n.format == text_format::html && n.source_format == text_format::html;
        n.over = !kept && t.chance() ? over_rule::truncate : over_rule::invalid;
    }
    return n;
}

date_rule random_date(texts& t) {
    date_rule d;
    d.columns = t.list("d");
    const std::vector<std::string> formats = {"iso", "%m/%d/%Y", "%d.%m.%Y %H:%M", "%m/%d/%y",
                                              "%b %d, %Y"};
    if (t.chance()) {
        d.formats = {formats[t.pick(3)], formats[3 + t.pick(2)]};
        d.pivot = 1900 + static_cast<std::int64_t>(t.pick(100));
    }
    d.zone = t.chance() ? "Europe/Berlin" : "";
    d.first_day = t.chance();
    return d;
}

mapping_rules random_rules(std::mt19937& random) {
    texts t(random);
    mapping_rules r;
    r.key = t.any(true);
    r.contact.column = t.any();
    r.contact.by = static_cast<contact_by>(t.pick(4));
    if (r.contact.by == contact_by::reference || r.contact.by == contact_by::file) {
        r.contact.source = t.any();
        r.contact.hash = r.contact.by == contact_by::file ? t.any(true) : "";
    }
    r.type.otherwise = t.any(true);
    r.type.column = r.type.otherwise.empty() || t.chance() ? t.any() : "";
    for (auto n = r.type.column.empty() ? 0 : t.pick(4); n > 0; --n) {
        r.type.values.emplace_back(t.any() + std::to_string(n), t.any());
    }
    std::sort(r.type.values.begin(), r.type.values.end());
    r.note = random_note(t);
    r.date = random_date(t);
    for (auto* flag : {&r.important, &r.is_private}) {
        flag->column = t.any();
        if (t.chance()) {
            flag->yes = t.list("y");
        }
        if (t.chance()) {
            flag->no = t.list("n");
            flag->no->push_back("");
        }
    }
    r.time_spent = {.column = t.any(), .unit = static_cast<time_unit>(t.pick(3))};
    return r;
}

TEST(MappingFile, IsWrittenSoThatItIsReadAsTheSame) {
    const auto seed = 20240611u;
    std::mt19937 random(seed);
    for (int i = 0; i < 3000; ++i) {
        const auto rules = random_rules(random);
        const auto toml = to_toml(rules);
        const auto again = parse_mapping(toml, "m.toml");
        ASSERT_TRUE(again.has_value()) << "seed " << seed << ", case " << i << "\n"
                                       << again.error().message << "\n"
                                       << toml;
        ASSERT_EQ(*again, rules) << "seed " << seed << ", case " << i << "\n" << toml;
        ASSERT_EQ(to_toml(*again), toml);
    }
}

TEST(MappingFile, OfAMapperIsAFixedPointToo) {
    for (const auto text :
         {std::string_view(""), example,
          std::string_view("key = \"noteDateTime\"\n[type]\notherwise = \"x\"")}) {
        const auto rules = parsed(text);
        const auto toml = note_mapper::by_rules({}, rules, nullptr)->to_toml();
        EXPECT_EQ(note_mapper::by_rules({}, parsed(toml), nullptr)->to_toml(), toml);
        EXPECT_EQ(parsed(toml), rules);
    }
    EXPECT_EQ(note_mapper::by_rules({}, {}, nullptr)->to_toml(),
              note_mapper::by_field_name({}, "")->to_toml());
}

TEST(MappingFile, SurvivesBytesOfAnyKind) {
    const auto seed = 7u;
    std::mt19937 random(seed);
    const std::string base(example);
    for (int i = 0; i < 3000; ++i) {
        auto text = base;
        for (auto n = random() % 4 + 1; n > 0; --n) {
            const auto at = random() % text.size();
            switch (random() % 3) {
                case 0:
                    text[at] = static_cast<char>(random() % 256);
                    break;
                case 1:
                    text.erase(at, random() % 20);
                    break;
                default:
                    text.insert(at, 1, "\"[]{}=\n#\\%"[random() % 10]);
            }
        }
        const auto rules = parse_mapping(text, "m.toml");
        if (rules) {
            EXPECT_EQ(parse_mapping(to_toml(*rules), "m.toml").value(), *rules) << text;
        } else {
            EXPECT_THAT(rules.error().message, ::testing::StartsWith("m.toml:")) << text;
        }
    }
}

} // namespace
} // namespace noteload::mapping
