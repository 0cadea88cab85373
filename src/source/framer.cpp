#include "noteload/source/framer.hpp"

#include <algorithm>
#include <ostream>

namespace noteload::source {

std::ostream& operator<<(std::ostream& out, const framed& f) {
    out << "{begin " << f.begin << ", held " << f.held << ", byte " << f.byte << ", size " << f.size
        << ", next " << f.next << ", line " << f.line << ", columns " << f.columns;
    for (const auto& [set, word] :
         {std::pair{f.quoted, " quoted"}, std::pair{f.bad_quoting, " bad_quoting"},
          std::pair{f.truncated, " truncated"}, std::pair{f.too_long, " too_long"},
          std::pair{f.nul, " nul"}, std::pair{f.stray, " stray"}}) {
        out << (set ? word : "");
    }
    return out << '}';
}

void framer::restart(std::uint64_t byte, std::uint64_t line) {
    begin_ = 0;
    origin_ = byte;
    line_ = line;
    passing_ = false;
    dropped_ = 0;
    forget();
}

framing_step framer::frame(std::string_view text, bool at_end, std::vector<framed>& out,
                           std::size_t most) {
    const std::size_t had = out.size();
    look_at(text);
    if (passing_ && !pass_long_line(text, at_end, out)) {
        return {.consumed = 0, .keep = limit_};
    }
    while (begin_ < text.size() && out.size() - had < most && !passing_) {
        if (!find_one(text, at_end, out)) {
            break;
        }
    }
    const std::size_t consumed = begin_;
    origin_ += consumed;
    begin_ = 0;
    move_back(consumed);
    return {.consumed = consumed, .keep = passing_ ? limit_ : framing_step::everything};
}

std::size_t framer::find_end(std::string_view text, std::size_t from, bool at_end) const noexcept {
    if (!cr_ends_) {
        return text.find('\n', from);
    }
    const std::size_t at = text.find_first_of("\r\n", from);
    if (at == std::string_view::npos || text[at] == '\n') {
        return at;
    }
    if (at + 1 == text.size()) {
        return at_end ? at : std::string_view::npos;
    }
    return text[at + 1] == '\n' ? at + 1 : at;
}

void framer::pass(std::string_view text, std::size_t end, std::uint64_t lines) {
    begin_ = std::min(end + 1, text.size());
    line_ += lines;
    forget();
}

void framer::finish(const framed& found, std::string_view text, std::size_t end,
                    std::uint64_t lines, std::vector<framed>& out) {
    const std::size_t stop = without_cr(text, end);
    if (stop != begin_) {
        // Where it stays: what was just written part by part is slow to copy whole.
        framed& f = out.emplace_back(found);
        f.begin = begin_;
        f.held = stop - begin_;
        f.byte = origin_ + begin_;
        f.size = f.held;
        f.next = origin_ + std::min(end + 1, text.size());
        f.line = line_;
    }
    pass(text, end, lines);
}

void framer::finish_first_line(framed found, std::string_view text, bool at_end,
                               std::vector<framed>& out) {
    const std::size_t newline = find_end(text, begin_, at_end);
    if (newline == std::string_view::npos && !at_end) {
        // Only a record over the limit comes here before its first line is complete.
        passing_ = true;
        dropped_ = text.size() - begin_ - limit_;
        last_dropped_ = text.back();
        return;
    }
    const std::size_t end = std::min(newline, text.size());
    finish(found, text, end, 1, out);
    out.back().held = std::min(out.back().held, limit_);
}

bool framer::pass_long_line(std::string_view text, bool at_end, std::vector<framed>& out) {
    std::size_t end = find_end(text, limit_, at_end);
    std::uint64_t size = 0; // of what was not dropped
    if (cr_ends_ && last_dropped_ == '\r') {
        // That CR ended the line; only an LF may still belong to it.
        if (text.size() == limit_ && !at_end) {
            return false;
        }
        end = text.substr(limit_).starts_with('\n') ? limit_ : limit_ - 1;
        size = limit_ - 1;
    } else {
        const bool found_end = end != std::string_view::npos;
        end = std::min(end, text.size());
        if (end > limit_) {
            last_dropped_ = text[end - 1];
        }
        if (!found_end && !at_end) {
            dropped_ += text.size() - limit_;
            return false;
        }
        size = end - (last_dropped_ == '\r' ? 1 : 0);
    }
    framed found{.held = limit_, .byte = origin_, .line = line_, .too_long = true};
    found.size = dropped_ + size;
    origin_ += dropped_;
    found.next = origin_ + std::min(end + 1, text.size());
    out.push_back(found);
    passing_ = false;
    pass(text, end, 1);
    return true;
}

bool framer::over_limit(std::string_view text, std::size_t end) const noexcept {
    return without_cr(text, end) - begin_ > limit_;
}

std::size_t framer::without_cr(std::string_view text, std::size_t end) const noexcept {
    return end > begin_ && text[end - 1] == '\r' ? end - 1 : end;
}

} // namespace noteload::source
