#include "noteload/source/utf8.hpp"

#include <simdjson.h>

#include <algorithm>

namespace noteload::source {

bool is_utf8(std::string_view text) noexcept {
    return simdjson::validate_utf8(text.data(), text.size());
}

std::size_t first_bad_utf8(std::string_view text) noexcept {
    // A sequence has at most four bytes: the shortest valid prefix of them is the next character.
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t length = 1;
        while (length <= 4 && at + length <= text.size() && !is_utf8(text.substr(at, length))) {
            ++length;
        }
        if (length > 4 || at + length > text.size()) {
            return at;
        }
        at += length;
    }
    return text.size();
}

} // namespace noteload::source
