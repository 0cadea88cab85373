#pragma once

#include <memory>
#include <string>

#include "noteload/source/byte_source.hpp"
#include "noteload/source/input_buffer.hpp"
#include "noteload/source/record_reader.hpp"

namespace noteload::source {

/// What `open_reader` opens, and what tests feed by hand: bytes from `buffer`, which may hold some
/// already. `name` is the input's in messages. Fail like `open_reader`.
[[nodiscard]] result<std::unique_ptr<record_reader>> read_csv(std::unique_ptr<input_buffer> buffer,
                                                              std::string name,
                                                              const reading_options& options);
[[nodiscard]] result<std::unique_ptr<record_reader>> read_jsonl(
    std::unique_ptr<input_buffer> buffer, std::string name, const reading_options& options);

} // namespace noteload::source
