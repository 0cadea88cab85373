#pragma once

#include <cstdint>
#include <string>

#include "noteload/source/byte_source.hpp"

namespace noteload::source {

/// How far an input is looked through for the first byte that is not ASCII.
inline constexpr std::uint64_t most_looked_through = 64U << 20;

/// The first piece of an input's beginning (256 KiB; less at its end) in which something is not
/// ASCII. Empty where there is none, or bytes cannot be read: the reader will come to them, and say
/// so. `also` reads the same `bytes` once more: then a second thread looks through their second
/// half, since all else waits for this. Without it, nullptr.
[[nodiscard]] std::string find_beyond_ascii(byte_source& from, byte_source* also,
                                            std::uint64_t bytes);

} // namespace noteload::source
