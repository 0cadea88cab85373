#pragma once

#include <cstdint>
#include <string>

#include "noteload/error.hpp"
#include "noteload/source/input_buffer.hpp"

namespace noteload::source {

/// What stands before an input's first record and is none: a byte order mark, lines to be skipped.
struct preamble {
    std::string bytes;        ///< in UTF-8, the last line end included
    std::uint64_t lines = 0;  ///< skipped
    std::size_t last_end = 0; ///< bytes of the last line's end
};

/// Takes the byte order mark and the first `lines` lines off the buffer. Fails (`errc::input`)
/// where it has not so many, or one is longer than `most` bytes.
[[nodiscard]] result<preamble> pass_preamble(input_buffer& buffer, std::uint64_t lines,
                                             std::size_t most, const std::string& name);

} // namespace noteload::source
