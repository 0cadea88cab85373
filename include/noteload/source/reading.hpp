#pragma once

#include <memory>
#include <string>

#include "noteload/source/decoding_source.hpp"
#include "noteload/source/input_buffer.hpp"
#include "noteload/source/record_reader.hpp"

namespace noteload::source {

/// An input's text, opened, and how it is to be read.
struct opened_text {
    std::unique_ptr<input_buffer> buffer; ///< UTF-8; it may hold some already
    reading_facts facts;
    decoding_source* decoder = nullptr; ///< inside of the buffer; where the text was converted
};

/// How far `open_text` looks for what the options leave open: `ahead` goes on through a file that
/// begins with ASCII alone, for what tells its encoding; the format is known without.
enum class looking { at_first_part, ahead };

/// Opens an input: unpacks and converts it where need be, and looks at its first part for what the
/// options leave open. Fails like `open_reader`. `what.format` is decided afterwards.
[[nodiscard]] result<opened_text> open_text(input& what, const reading_options& options,
                                            looking how_far = looking::ahead);

/// What `open_reader` opens, and what tests feed by hand. `name` is the input's in messages. Fail
/// like `open_reader`.
[[nodiscard]] result<std::unique_ptr<record_reader>> read_csv(opened_text text, std::string name,
                                                              const reading_options& options);
[[nodiscard]] result<std::unique_ptr<record_reader>> read_jsonl(opened_text text, std::string name,
                                                                const reading_options& options);

} // namespace noteload::source
