#include "noteload/mapping/note_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

constexpr std::string_view picture_start = "data:image/";
constexpr std::string_view picture_mark = ";base64,";
constexpr std::size_t longest_kind = 100; // `svg+xml;charset=utf-8`

bool is_base64(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=' || c == '%' || c == '-' || c == '_';
}

struct picture {
    std::size_t begin = std::string_view::npos; ///< `npos`: there is none
    std::size_t end = 0;
    std::string_view kind; ///< `image/png`
    std::size_t bytes = 0; ///< of the picture itself
};

std::size_t find_without_case(std::string_view text, std::string_view word, std::size_t from) {
    for (; from + word.size() <= text.size(); ++from) {
        from = text.find_first_of("dD<", from);
        if (from == std::string_view::npos || from + word.size() > text.size()) {
            break;
        }
        if (equal_without_case(text.substr(from, word.size()), word)) {
            return from;
        }
    }
    return std::string_view::npos;
}

picture find_picture(std::string_view text, std::size_t from) {
    for (;;) {
        const auto at = find_without_case(text, picture_start, from);
        if (at == std::string_view::npos) {
            return {};
        }
        const auto about = text.substr(at, longest_kind);
        const auto mark = about.find(picture_mark);
        from = at + picture_start.size();
        if (mark == std::string_view::npos ||
            about.substr(0, mark).find_first_of(" \t\r\n\"'<>") != std::string_view::npos) {
            continue;
        }
        picture p{.begin = at, .end = at + mark + picture_mark.size(), .kind = {}, .bytes = 0};
        const auto data = p.end;
        while (p.end < text.size() && is_base64(text[p.end])) {
            ++p.end;
        }
        const auto kind = about.substr(5, mark - 5);
        p.kind = kind.substr(0, kind.find(';'));
        p.bytes = (p.end - data) / 4 * 3;
        return p;
    }
}

/// The `<img` tag that the picture stands in, or the picture alone.
picture with_tag(std::string_view text, picture p, std::size_t not_before) {
    const auto open = text.substr(0, p.begin).rfind('<');
    const auto close = text.find('>', p.end);
    if (open != std::string_view::npos && open >= not_before && close != std::string_view::npos &&
        equal_without_case(text.substr(open, 4), "<img") &&
        text.substr(open, p.begin - open).find('>') == std::string_view::npos) {
        p.begin = open;
        p.end = close + 1;
    }
    return p;
}

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Where the first `n` characters end.
std::size_t end_of(std::string_view text, std::size_t n) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (!continues_character(text[at]) && n-- == 0) {
            break;
        }
    }
    return at;
}

/// `at`, or the beginning of the tag or entity that it lies in.
std::size_t before_markup(std::string_view text, std::size_t at) {
    const auto before = text.substr(0, at);
    const auto tag = before.rfind('<');
    if (tag != std::string_view::npos && before.find('>', tag) == std::string_view::npos) {
        return tag;
    }
    const auto entity = before.rfind('&');
    const bool open = entity != std::string_view::npos && at - entity <= 10 &&
                      before.find(';', entity) == std::string_view::npos;
    return open ? entity : at;
}

} // namespace

void append_escaped(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const auto plain = std::min(text.find_first_of("<&\r\n"), text.size());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) {
            break;
        }
        out += text[0] == '<' ? "&lt;" : text[0] == '&' ? "&amp;" : "<br>";
        text.remove_prefix(text.starts_with("\r\n") ? 2 : 1);
    }
}

bool has_picture(std::string_view text) noexcept {
    return find_picture(text, 0).begin != std::string_view::npos;
}

void append_without_pictures(std::string& out, std::string_view text) {
    std::size_t done = 0;
    for (;;) {
        auto p = find_picture(text, done);
        if (p.begin == std::string_view::npos) {
            out += text.substr(done);
            return;
        }
        p = with_tag(text, p, done);
        out += text.substr(done, p.begin - done);
        fmt::format_to(std::back_inserter(out), "[picture left out: {}, {}]", p.kind,
                       bytes_text(p.bytes));
        done = p.end;
    }
}

std::size_t characters(std::string_view text) noexcept {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

void truncate(std::string& text, std::size_t most, bool is_html) {
    const auto mark =
        fmt::format(" [shortened: {} characters before]", with_thousands(characters(text)));
    auto end = end_of(text, most - mark.size());
    end = is_html ? before_markup(text, end) : end;
    text.resize(end);
    text += mark;
}

} // namespace noteload::mapping
