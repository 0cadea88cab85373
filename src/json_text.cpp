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

std::size_t json_string_size(std::string_view text) noexcept {
    std::size_t size = 2 + text.size();
    while (!text.empty()) {
        // Most blocks have nothing to escape: without a branch inside, vectors find that out.
        const std::string_view block = text.substr(0, 64);
        text.remove_prefix(block.size());
        unsigned char found = 0; // no wider, or a vector holds a quarter as many
        for (const char c : block) {
            const bool special = (static_cast<unsigned char>(c) < 0x20) | (c == '"') | (c == '\\');
            found |= static_cast<unsigned char>(special);
        }
        for (std::size_t i = 0; found != 0 && i < block.size(); ++i) {
            const char letter = escapes[static_cast<unsigned char>(block[i])];
            size += letter == 0 ? 0 : letter == 'u' ? 5 : 1;
        }
    }
    return size;
}

} // namespace noteload
