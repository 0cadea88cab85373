#include "noteload/source/line_framer.hpp"

#include <algorithm>

#include "noteload/text.hpp"

namespace noteload::source {

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
    } else if (trimmed(text.substr(begin_, end - begin_)).empty()) {
        pass(text, end, 1);
    } else {
        finish({}, text, end, 1, out);
    }
    return true;
}

} // namespace noteload::source
