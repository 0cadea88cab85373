#include "noteload/source/preamble.hpp"

#include <fmt/format.h>

#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

namespace {

/// Where the buffer's first line end starts, which is in it whole; npos where the input ends first.
result<std::size_t> find_line_end(input_buffer& buffer, std::size_t most, const std::string& name) {
    for (;;) {
        const std::string_view text = buffer.text();
        const std::size_t end = text.find_first_of("\r\n");
        const bool lf_may_follow =
            end != std::string_view::npos && text[end] == '\r' && end + 1 == text.size();
        if (end != std::string_view::npos && (!lf_may_follow || buffer.at_end())) {
            return end;
        }
        if (buffer.at_end()) {
            return std::string_view::npos;
        }
        if (text.size() > most) {
            return failure{errc::input,
                           fmt::format("{}: has no line end in {} bytes where lines are to be "
                                       "skipped. Is this a text file?",
                                       name, with_thousands(text.size()))};
        }
        if (const auto filled = buffer.fill(); !filled) {
            return filled.error();
        }
    }
}

} // namespace

result<preamble> pass_preamble(input_buffer& buffer, std::uint64_t lines, std::size_t most,
                               const std::string& name) {
    preamble p;
    if (const auto filled = buffer.fill_to(byte_order_mark.size()); !filled) {
        return filled.error();
    }
    if (buffer.text().empty()) {
        return failure{errc::input, name + (buffer.was_cut() ? ": is cut off before its first line"
                                                             : ": has no bytes")};
    }
    if (buffer.text().starts_with(byte_order_mark)) {
        p.bytes = byte_order_mark;
        buffer.drop(byte_order_mark.size());
    }
    for (; p.lines < lines; ++p.lines) {
        const auto end = find_line_end(buffer, most, name);
        if (!end) {
            return end.error();
        }
        if (*end == std::string_view::npos) {
            return failure{errc::input,
                           fmt::format("{}: has only {} whole lines, and {} are to be skipped",
                                       name, p.lines, lines)};
        }
        const std::string_view text = buffer.text();
        p.last_end = text.substr(*end).starts_with("\r\n") ? 2 : 1;
        p.bytes += text.substr(0, *end + p.last_end);
        buffer.drop(*end + p.last_end);
    }
    return p;
}

} // namespace noteload::source
