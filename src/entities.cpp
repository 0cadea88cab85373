#include "noteload/entities.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "noteload/text.hpp"

namespace noteload {

namespace {

struct entity {
    std::string_view name;
    char32_t code;
};

/// U+00A0 to U+00FF, in that order.
constexpr std::string_view latin1[] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",
    "copy",   "ordf",   "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn",
    "sup2",   "sup3",   "acute",  "micro",  "para",   "middot", "cedil",  "sup1",   "ordm",
    "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave",
    "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde",
    "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",
    "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",
    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave",
    "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};

constexpr entity others[] = {
    {"amp", U'&'},         {"lt", U'<'},          {"gt", U'>'},         {"quot", U'"'},
    {"apos", U'\''},       {"OElig", U'\u0152'},  {"oelig", U'\u0153'}, {"Scaron", U'\u0160'},
    {"scaron", U'\u0161'}, {"Yuml", U'\u0178'},   {"fnof", U'\u0192'},  {"circ", U'\u02C6'},
    {"tilde", U'\u02DC'},  {"ensp", U'\u2002'},   {"emsp", U'\u2003'},  {"thinsp", U'\u2009'},
    {"zwnj", U'\u200C'},   {"zwj", U'\u200D'},    {"lrm", U'\u200E'},   {"rlm", U'\u200F'},
    {"ndash", U'\u2013'},  {"mdash", U'\u2014'},  {"lsquo", U'\u2018'}, {"rsquo", U'\u2019'},
    {"sbquo", U'\u201A'},  {"ldquo", U'\u201C'},  {"rdquo", U'\u201D'}, {"bdquo", U'\u201E'},
    {"dagger", U'\u2020'}, {"Dagger", U'\u2021'}, {"bull", U'\u2022'},  {"hellip", U'\u2026'},
    {"permil", U'\u2030'}, {"prime", U'\u2032'},  {"Prime", U'\u2033'}, {"lsaquo", U'\u2039'},
    {"rsaquo", U'\u203A'}, {"euro", U'\u20AC'},   {"trade", U'\u2122'}, {"larr", U'\u2190'},
    {"uarr", U'\u2191'},   {"rarr", U'\u2192'},   {"darr", U'\u2193'},  {"harr", U'\u2194'},
    {"minus", U'\u2212'},  {"infin", U'\u221E'},  {"asymp", U'\u2248'}, {"ne", U'\u2260'},
    {"le", U'\u2264'},     {"ge", U'\u2265'},     {"hearts", U'\u2665'}};

constexpr auto by_name = [] {
    std::array<entity, std::size(latin1) + std::size(others)> table{};
    auto end = std::ranges::copy(others, table.begin()).out;
    char32_t code = 0xA0;
    for (const auto name : latin1) {
        *end++ = {name, code++};
    }
    std::ranges::sort(table, {}, &entity::name);
    return table;
}();
static_assert(std::size(latin1) == 96);

/// `#x10FFFF`, `#1114111` with leading zeros, and every name: how far a `;` is looked for.
constexpr std::size_t longest_reference = 10;

std::optional<char32_t> numbered(std::string_view digits) {
    const bool hex = digits.starts_with('x') || digits.starts_with('X');
    digits.remove_prefix(hex ? 1 : 0);
    std::uint32_t code = 0;
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, code, hex ? 16 : 10);
    const bool is_character = code > 0 && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
    return read.ec == std::errc{} && read.ptr == end && is_character
               ? std::optional(static_cast<char32_t>(code))
               : std::nullopt;
}

std::optional<char32_t> meant_by(std::string_view reference) {
    if (reference.starts_with('#')) {
        return numbered(reference.substr(1));
    }
    const auto found = std::ranges::lower_bound(by_name, reference, {}, &entity::name);
    return found != by_name.end() && found->name == reference ? std::optional(found->code)
                                                              : std::nullopt;
}

} // namespace

void append_decoded(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto open = std::min(text.find('&', at), text.size());
        out += text.substr(at, open - at);
        if (open == text.size()) {
            break;
        }
        at = open + 1;
        const auto near = text.substr(at, longest_reference + 1);
        const auto end = near.find(';');
        const auto code =
            end == std::string_view::npos ? std::nullopt : meant_by(near.substr(0, end));
        if (!code) {
            out += '&';
            continue;
        }
        char character[4];
        out.append(character, put_utf8(character, *code));
        at += end + 1;
    }
}

std::string decode_entities(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    append_decoded(out, text);
    return out;
}

} // namespace noteload
