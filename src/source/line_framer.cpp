#include "noteload/source/line_framer.hpp"

#include <algorithm>

#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

/// A byte order mark is no text.
bool line_framer::is_blank(std::string_view line) const {
    const bool marked = offset() == 0 && begin_ == 0 && line.starts_with(byte_order_mark);
    return trimmed(line.substr(marked ? byte_order_mark.size() : 0)).empty();
}

bool line_framer::find_one(std::string_view text, bool at_end, std::vector<framed>& out) {
    const std::size_t newline = find_end(text, seen_, at_end);
    if (newline == std::string_view::npos && !at_end) {
        // A last CR is looked at again: its LF may follow.
        seen_ = text.size() - (text.ends_with('\r') && text.size() > begin_ ? 1 : 0);
        // Two more than the limit: a CR LF may follow a record of just that size.
        if (text.size() - begin_ < limit_ + 2) {
            return false;
        }
        finish_first_line({.too_long = true}, text, at_end, out);
        return true;
    }
    const std::size_t end = std::min(newline, text.size());
    if (over_limit(text, end)) {
        finish_first_line({.too_long = true}, text, at_end, out);
    } else if (is_blank(text.substr(begin_, end - begin_))) {
        pass(text, end, 1);
    } else {
        finish({}, text, end, 1, out);
    }
    return true;
}

} // namespace noteload::source
