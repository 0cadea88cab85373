// HTML as the text that its readers see.

#include <algorithm>
#include <array>
#include <span>

#include "noteload/entities.hpp"
#include "noteload/mapping/note_text.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

constexpr std::string_view non_breaking = "\u00A0";

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view n) { return equal_without_case(n, name); });
}

/// Elements on lines of their own, and of these the ones with a blank line around them.
constexpr std::array<std::string_view, 25> blocks = {
    "p",  "div",     "ul",      "ol",     "li",     "table",   "tr",   "blockquote", "pre",
    "h1", "h2",      "h3",      "h4",     "h5",     "h6",      "hr",   "dl",         "dt",
    "dd", "section", "article", "header", "footer", "address", "title"};
constexpr std::array<std::string_view, 10> spaced = {"p",  "ul", "ol", "table", "blockquote",
                                                     "h1", "h2", "h3", "h4",    "h5"};

struct tag {
    std::string_view name;
    bool closing = false;
    std::string_view inside; ///< what follows the name
};

/// The value of an attribute, entities and all; empty where it is not there.
std::string_view attribute(std::string_view inside, std::string_view name) {
    while (!inside.empty()) {
        const auto begin = inside.find_first_not_of(" \t\r\n\f/");
        if (begin == std::string_view::npos) {
            break;
        }
        inside.remove_prefix(begin);
        const auto end = std::min(inside.find_first_of("= \t\r\n\f/"), inside.size());
        const auto found = inside.substr(0, end);
        inside.remove_prefix(end);
        const auto next = inside.find_first_not_of(" \t\r\n\f");
        std::string_view value;
        if (next != std::string_view::npos && inside[next] == '=') {
            inside.remove_prefix(next + 1);
            inside.remove_prefix(std::min(inside.find_first_not_of(" \t\r\n\f"), inside.size()));
            const char quote = inside.empty() ? '\0' : inside[0];
            const bool quoted = quote == '"' || quote == '\'';
            inside.remove_prefix(quoted ? 1 : 0);
            const auto stop = quoted ? inside.find(quote) : inside.find_first_of(" \t\r\n\f");
            value = inside.substr(0, stop);
            inside.remove_prefix(std::min(value.size() + (quoted ? 1 : 0), inside.size()));
        } else if (end == 0) {
            inside.remove_prefix(1); // a stray `=`
        }
        if (equal_without_case(found, name)) {
            return value;
        }
    }
    return {};
}

class shower {
public:
    explicit shower(std::string& out) : out_(out), begin_(out.size()) {}

    void show(std::string_view html) {
        while (!html.empty()) {
            if (html[0] != '<') {
                const auto end = std::min(html.find('<'), html.size());
                text(html.substr(0, end));
                html.remove_prefix(end);
            } else if (const auto size = markup(html); size != 0) {
                html.remove_prefix(size);
            } else {
                text(html.substr(0, 1));
                html.remove_prefix(1);
            }
        }
    }

private:
    [[nodiscard]] bool is_at_start() const { return out_.size() == begin_; }

    void text(std::string_view piece) {
        while (!piece.empty()) {
            std::size_t n = 0;
            while (n < piece.size() && is_blank(piece[n])) {
                ++n;
            }
            blank_ = blank_ || n > 0;
            piece.remove_prefix(n);
            const auto end = std::find_if(piece.begin(), piece.end(), is_blank);
            const auto word = piece.substr(0, static_cast<std::size_t>(end - piece.begin()));
            if (!word.empty()) {
                make_room();
                decoded(word);
            }
            piece.remove_prefix(word.size());
        }
    }

    /// A word with its entities decoded and its non-breaking blanks made plain ones.
    void decoded(std::string_view word) {
        const auto from = out_.size();
        append_decoded(out_, word);
        auto at = out_.find(non_breaking, from);
        for (; at != std::string::npos; at = out_.find(non_breaking, at + 1)) {
            out_.replace(at, non_breaking.size(), 1, ' ');
        }
    }

    /// What is due before the next word: line ends, or a blank.
    void make_room() {
        if (is_at_start()) {
            lines_ = 0;
        }
        if (lines_ > 0) {
            out_.append(lines_, '\n');
        } else if (blank_ && !is_at_start() && out_.back() != '\n') {
            out_ += ' ';
        }
        lines_ = 0;
        blank_ = false;
    }

    /// What starts at a `<`: its size, or 0 where it is text.
    std::size_t markup(std::string_view html) {
        if (html.starts_with("<!--")) {
            const auto end = html.find("-->", 4);
            return end == std::string_view::npos ? 0 : end + 3;
        }
        const bool closing = html.size() > 1 && html[1] == '/';
        const std::size_t name_at = closing ? 2 : 1;
        const bool declared = html.size() > 1 && (html[1] == '!' || html[1] == '?');
        if (!declared && (name_at >= html.size() || !is_letter(html[name_at]))) {
            return 0;
        }
        const auto end = end_of_tag(html);
        if (end == std::string_view::npos) {
            return 0;
        }
        if (declared) {
            return end + 1;
        }
        auto inside = html.substr(name_at, end - name_at);
        const auto name = inside.substr(0, inside.find_first_of(" \t\r\n\f/"));
        take({name, closing, inside.substr(name.size())});
        for (const std::string_view hidden : {"script", "style"}) {
            if (!closing && equal_without_case(name, hidden)) {
                return end_of_hidden(html, end + 1, hidden);
            }
        }
        return end + 1;
    }

    static std::size_t end_of_tag(std::string_view html) {
        char quote = '\0';
        for (std::size_t i = 1; i < html.size(); ++i) {
            if (quote != '\0') {
                quote = html[i] == quote ? '\0' : quote;
            } else if ((html[i] == '"' || html[i] == '\'') && html[i - 1] == '=') {
                quote = html[i];
            } else if (html[i] == '>') {
                return i;
            }
        }
        // A quote that is not closed: the first `>` is its end then.
        return quote == '\0' ? std::string_view::npos : html.find('>');
    }

    static std::size_t end_of_hidden(std::string_view html, std::size_t from,
                                     std::string_view name) {
        for (auto at = html.find("</", from); at != std::string_view::npos;
             at = html.find("</", at + 2)) {
            if (equal_without_case(html.substr(at + 2, name.size()), name)) {
                return at;
            }
        }
        return from; // never closed: its content is shown rather than lost
    }

    void take(const tag& t) {
        if (equal_without_case(t.name, "br")) {
            ++lines_;
        } else if (is_one_of(t.name, blocks)) {
            lines_ = std::max<std::size_t>(lines_, is_one_of(t.name, spaced) ? 2 : 1);
            if (equal_without_case(t.name, "li") && !t.closing) {
                make_room();
                out_ += "- ";
            }
        } else if (equal_without_case(t.name, "td") || equal_without_case(t.name, "th")) {
            blank_ = true;
        } else if (equal_without_case(t.name, "a")) {
            t.closing ? end_link() : begin_link(t);
        } else if (equal_without_case(t.name, "img")) {
            picture_of(t);
        }
    }

    void begin_link(const tag& t) {
        link_ = trimmed(attribute(t.inside, "href"));
        link_at_ = out_.size();
    }

    void end_link() {
        const auto address = link_;
        link_ = {};
        if (address.empty() || address[0] == '#') {
            return;
        }
        const auto said = trimmed(std::string_view(out_).substr(std::min(link_at_, out_.size())));
        auto plain = address;
        for (const std::string_view scheme : {"mailto:", "tel:"}) {
            plain.remove_prefix(plain.starts_with(scheme) ? scheme.size() : 0);
        }
        if (said == address || said == plain) {
            return;
        }
        blank_ = !said.empty();
        make_room();
        out_ += '[';
        append_decoded(out_, address);
        out_ += ']';
    }

    void picture_of(const tag& t) {
        make_room();
        out_ += "[picture:";
        for (const std::string_view name : {"alt", "src"}) {
            if (const auto value = attribute(t.inside, name); !value.empty()) {
                out_ += ' ';
                append_decoded(out_, value);
            }
        }
        out_ += ']';
    }

    std::string& out_;
    const std::size_t begin_;
    std::size_t lines_ = 0; // line ends due before the next word
    bool blank_ = false;    // a blank is due
    std::string_view link_; // the address of the link that is open
    std::size_t link_at_ = 0;
};

} // namespace

void append_shown(std::string& out, std::string_view html) {
    shower(out).show(html);
}

} // namespace noteload::mapping
