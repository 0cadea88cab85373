#pragma once

#include <bzlib.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "noteload/source/unpacking.hpp"

namespace noteload::source::test {

/// The code points of well-formed UTF-8.
inline std::u32string code_points(std::string_view utf8) {
    std::u32string out;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        char32_t c = size == 1 ? lead : lead & (0xFFU >> (size + 1));
        for (std::size_t k = 1; k < size; ++k) {
            c = c << 6U | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
        }
        out += c;
        i += size;
    }
    return out;
}

/// Encoders of our own, so that ICU is held against something else: UTF-8, UTF-16LE, UTF-16BE,
/// UTF-32LE, UTF-32BE, windows-1252 (of the characters that the tests use).
inline std::string in_encoding(std::string_view utf8, std::string_view name) {
    static const std::vector<std::pair<char32_t, char>> western = {
        {0x20AC, '\x80'}, {0x2026, '\x85'}, {0x2018, '\x91'}, {0x2019, '\x92'},
        {0x201C, '\x93'}, {0x201D, '\x94'}, {0x2013, '\x96'}};
    if (name == "UTF-8") {
        return std::string(utf8);
    }
    const bool little = name.ends_with("LE");
    std::string out;
    const auto put = [&](char32_t value, int size) {
        for (int i = 0; i < size; ++i) {
            out += static_cast<char>(value >> (8 * (little ? i : size - 1 - i)));
        }
    };
    for (const char32_t c : code_points(utf8)) {
        if (name.starts_with("UTF-32")) {
            put(c, 4);
        } else if (name.starts_with("UTF-16")) {
            if (c >= 0x10000) {
                put(0xD800 + ((c - 0x10000) >> 10U), 2);
                put(0xDC00 + ((c - 0x10000) & 0x3FFU), 2);
            } else {
                put(c, 2);
            }
        } else {
            char byte = static_cast<char>(c);
            for (const auto& [wide, narrow] : western) {
                byte = c == wide ? narrow : byte;
            }
            out += byte;
        }
    }
    return out;
}

inline std::string gzipped(std::string_view text, int level = 6) {
    std::string out(text.size() + text.size() / 100 + 100, '\0');
    z_stream z{};
    ::deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    ::deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    ::deflateEnd(&z);
    return out;
}

inline std::string packed(packing how, std::string_view text) {
    if (how == packing::gzip) {
        return gzipped(text);
    }
    if (how == packing::zstd) {
        std::string out(::ZSTD_compressBound(text.size()), '\0');
        out.resize(::ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
        return out;
    }
    if (how == packing::bzip2) {
        std::string out(text.size() + text.size() / 50 + 700, '\0');
        auto size = static_cast<unsigned>(out.size());
        ::BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(text.data()),
                                   static_cast<unsigned>(text.size()), 9, 0, 0);
        out.resize(size);
        return out;
    }
    return std::string(text);
}

} // namespace noteload::source::test
