#include "noteload/source/text_end.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "noteload/source/utf8.hpp"

namespace noteload::source {

bool is_cut_off(const framed& f, std::string_view decoded, const input_buffer& buffer,
                const reading_facts& facts) {
    if (!f.is_unended() || f.held < f.size) {
        return false;
    }
    if (buffer.was_cut()) {
        return true;
    }
    const std::size_t bad = first_bad_utf8(decoded);
    const std::size_t left = decoded.size() - bad;
    if (facts.encoding.name != utf8_name) {
        return left == 1; // what `decoding_source` writes for half a character
    }
    const auto lead = left == 0 ? 0U : static_cast<unsigned char>(decoded[bad]);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    return lead >= 0xC2 && lead < 0xF5 && left < length;
}

std::string_view original_bytes(const framed& f, std::string_view decoded, decoding_source* decoder,
                                std::string& scratch) {
    if (decoder == nullptr) {
        return decoded;
    }
    if (f.held == f.size) {
        if (const auto original = decoder->original(f.byte, f.size)) {
            return *original;
        }
    }
    scratch = decoder->encoded(decoded);
    return scratch;
}

fault wrong_bytes(std::string_view decoded, const reading_facts& facts, std::string_view of_what) {
    const std::size_t bad = first_bad_utf8(decoded);
    if (facts.encoding.name == utf8_name) {
        return {reason::bad_utf8,
                fmt::format("byte {} of the {} is not valid UTF-8", bad + 1, of_what)};
    }
    const auto before =
        std::count_if(decoded.begin(), decoded.begin() + static_cast<std::ptrdiff_t>(bad),
                      [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    return {reason::bad_encoding,
            fmt::format("behind {} characters of the {} are bytes that {} does not have", before,
                        of_what, facts.encoding.name)};
}

} // namespace noteload::source
