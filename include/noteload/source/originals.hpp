#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "noteload/error.hpp"
#include "noteload/source/record_reader.hpp"

namespace noteload::source {

/// Reads the original bytes of records again, as `record::bytes` had them: `each` gets the index in
/// `places` and the bytes, valid during the call; its failure ends the reading. Places come in
/// ascending order, of one input that was read with the same options. A file that is stored as it
/// is read is read only there; a packed or converted one from its beginning. `errc::changed` where
/// the input ends before a record does.
[[nodiscard]] result<void> read_originals(
    const input& from, const reading_options& options, std::span<const place> places,
    const std::function<result<void>(std::size_t nth, std::string_view bytes)>& each);

} // namespace noteload::source
