#pragma once

#include <string_view>

#include "noteload/source/framer.hpp"
#include "noteload/source/input_buffer.hpp"
#include "noteload/source/reading.hpp"

namespace noteload::source {

/// Whether a record at the input's end is surely not all of it: the compressed data stops there, or
/// its last character does.
[[nodiscard]] bool is_cut_off(const framed& f, std::string_view decoded, const input_buffer& buffer,
                              const reading_facts& facts);

/// The original bytes of a record, of which `decoded` is held; `scratch` may be written to.
[[nodiscard]] std::string_view original_bytes(const framed& f, std::string_view decoded,
                                              decoding_source* decoder, std::string& scratch);

/// What is said of bytes that are no characters.
[[nodiscard]] fault wrong_bytes(std::string_view decoded, const reading_facts& facts,
                                std::string_view of_what);

} // namespace noteload::source
