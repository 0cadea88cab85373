#include "noteload/sandbox/text_shape.hpp"

namespace noteload::sandbox {

namespace {

/// The line end at `at` (LF, CRLF or CR), or 0.
std::size_t line_end(std::string_view text, std::size_t at) {
    if (text[at] == '\n') {
        return 1;
    }
    if (text[at] == '\r') {
        return at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
    }
    return 0;
}

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '<':
            out += "&lt;";
            return;
        case '>':
            out += "&gt;";
            return;
        case '&':
            out += "&amp;";
            return;
        default:
            out += c;
    }
}

std::string as_html(std::string_view text) {
    std::string out = "<p>";
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = line_end(text, at);
        if (end == 0) {
            append_escaped(out, text[at++]);
            continue;
        }
        at += end;
        const std::size_t second = at < text.size() ? line_end(text, at) : 0;
        out += second == 0 ? "<br>" : "</p><p>";
        at += second;
    }
    out += "</p>";
    return out;
}

std::string with_crlf(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = line_end(text, at);
        if (end == 0) {
            out += text[at++];
            continue;
        }
        out += "\r\n";
        at += end;
    }
    return out;
}

} // namespace

std::string shaped(std::string_view text, text_shape shape) {
    if (shape.html) {
        return as_html(text);
    }
    return shape.crlf ? with_crlf(text) : std::string(text);
}

} // namespace noteload::sandbox
