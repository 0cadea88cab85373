#include "noteload/delivery/note_text.hpp"

#include "noteload/text.hpp"

#include <algorithm>
#include <cstdint>

namespace noteload::delivery {

namespace {

constexpr unsigned byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

// Elements whose tags part words, and those that stand within a word or a line. Sorted.
constexpr std::string_view parting_elements[] = {
    "address",  "article",  "aside", "blockquote", "body",     "br",         "caption", "center",
    "dd",       "div",      "dl",    "dt",         "fieldset", "figcaption", "figure",  "footer",
    "form",     "h1",       "h2",    "h3",         "h4",       "h5",         "h6",      "head",
    "header",   "hr",       "html",  "legend",     "li",       "main",       "nav",     "ol",
    "optgroup", "option",   "p",     "pre",        "section",  "select",     "table",   "tbody",
    "td",       "textarea", "tfoot", "th",         "thead",    "title",      "tr",      "ul"};
constexpr std::string_view inline_elements[] = {
    "a",      "abbr",   "acronym", "audio",  "b",        "base",     "bdi",    "bdo",     "big",
    "button", "canvas", "cite",    "code",   "col",      "colgroup", "del",    "dfn",     "em",
    "embed",  "font",   "i",       "iframe", "img",      "input",    "ins",    "kbd",     "label",
    "link",   "map",    "mark",    "meta",   "noscript", "object",   "param",  "picture", "q",
    "s",      "samp",   "script",  "small",  "source",   "span",     "strike", "strong",  "style",
    "sub",    "sup",    "svg",     "time",   "tt",       "u",        "var",    "video",   "wbr"};
static_assert(std::ranges::is_sorted(parting_elements) && std::ranges::is_sorted(inline_elements));

constexpr std::size_t longest_element = 24; // `st1:PersonName` and the like

enum class tag_kind : std::uint8_t { none, parting, within };

constexpr bool is_letter(unsigned c) {
    return (c | 0x20U) >= 'a' && (c | 0x20U) <= 'z';
}

constexpr bool is_name_byte(unsigned c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == ':';
}

/// Word's and Outlook's own elements, such as `<o:p>`. `http:` is none.
bool is_office_element(std::string_view name) {
    const auto colon = name.find(':');
    const auto prefix = name.substr(0, colon);
    return colon != std::string_view::npos && is_letter(byte_at(name, colon + 1)) &&
           (prefix == "o" || prefix == "w" || prefix == "v" || prefix == "m" || prefix == "st1");
}

/// What opens behind a `<`: `rest` begins there.
tag_kind opened_by(std::string_view rest) {
    if (rest.starts_with("![") || rest.starts_with("?xml") ||
        equal_without_case(rest.substr(0, 8), "!doctype")) {
        return tag_kind::parting;
    }
    rest.remove_prefix(rest.starts_with('/') ? 1 : 0);
    std::size_t length = 0;
    while (length <= longest_element && is_name_byte(byte_at(rest, length))) {
        ++length;
    }
    if (std::string_view(">/ \t\r\n\f").find(rest.substr(length, 1)) == std::string_view::npos ||
        length == rest.size()) {
        return tag_kind::none;
    }
    const auto name = lower_case(rest.substr(0, length));
    if (std::ranges::binary_search(parting_elements, std::string_view(name))) {
        return tag_kind::parting;
    }
    const bool known = std::ranges::binary_search(inline_elements, std::string_view(name));
    return known || is_office_element(name) ? tag_kind::within : tag_kind::none;
}

} // namespace

std::string without_tags(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool comments_end = true; // false once no `-->` is left: searching again would be quadratic
    for (std::size_t at = 0; at < text.size();) {
        const auto open = std::min(text.find('<', at), text.size());
        out += text.substr(at, open - at);
        if (open == text.size()) {
            break;
        }
        at = open + 1;
        if (comments_end && text.substr(at).starts_with("!--")) {
            const auto end = text.find("-->", at + 1); // `<!-->` is a whole one
            comments_end = end != std::string_view::npos;
            if (comments_end) {
                at = end + 3;
                continue;
            }
        }
        const auto kind = opened_by(text.substr(at));
        // No `<` within a tag: so every byte is looked at once, whatever never ends.
        const auto end =
            kind == tag_kind::none ? std::string_view::npos : text.find_first_of("<>", at);
        if (end == std::string_view::npos || text[end] == '<') {
            out += '<';
            continue;
        }
        out += kind == tag_kind::parting ? " " : "";
        at = end + 1;
    }
    return out;
}

bool has_markup(std::string_view text) noexcept {
    // find_first_of calls memchr once for every byte of the text.
    return text.find('<') != std::string_view::npos || text.find('&') != std::string_view::npos;
}

std::string shown_text(std::string_view text) {
    auto out = fold_blanks(text);
    if (has_markup(out)) {
        out = fold_blanks(decode_entities(without_tags(out)));
    }
    return out;
}

} // namespace noteload::delivery
