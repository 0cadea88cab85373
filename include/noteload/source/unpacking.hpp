#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/source/byte_source.hpp"

namespace noteload::source {

enum class packing : std::uint8_t { none, gzip, zstd, bzip2 };

[[nodiscard]] std::string_view to_word(packing p) noexcept; ///< `none`, `gzip`, `zstd`, `bzip2`

/// By the first bytes of the data, not by a name; 10 of them are enough.
[[nodiscard]] packing packing_of(std::string_view first) noexcept;

/// Unpacks what `from` gives. Several members one behind the other are one input, as with the
/// tools that make them, and zeros behind the last are padding. Data that stops in the middle gives
/// all that can be unpacked and then `was_cut`; damaged data fails, with `name` in the message.
/// Memory: zstd's window, 128 MiB at most (8 MiB unless it was packed with `--ultra` or `--long`).
[[nodiscard]] std::unique_ptr<byte_source> unpack(packing how, std::unique_ptr<byte_source> from,
                                                  std::string name);

} // namespace noteload::source
