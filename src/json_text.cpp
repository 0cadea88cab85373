#include "noteload/json_text.hpp"

#include <array>

namespace noteload {

namespace {

// The letter after the backslash; 'u' for the long form; 0 for a byte that stands for itself.
constexpr auto escapes = [] {
    std::array<char, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) {
        table[c] = 'u';
    }
    table['\b'] = 'b';
    table['\t'] = 't';
    table['\n'] = 'n';
    table['\f'] = 'f';
    table['\r'] = 'r';
    table['"'] = '"';
    table['\\'] = '\\';
    return table;
}();

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    std::size_t copied = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const char letter = escapes[byte];
        if (letter == 0) {
            continue;
        }
        out.append(text, copied, i - copied);
        copied = i + 1;
        out.push_back('\\');
        out.push_back(letter);
        if (letter == 'u') {
            constexpr std::string_view hex = "0123456789abcdef";
            out.append("00");
            out.push_back(hex[byte >> 4]);
            out.push_back(hex[byte & 0xF]);
        }
    }
    out.append(text, copied);
    out.push_back('"');
}

} // namespace noteload
