#pragma once

#include <functional>
#include <memory>
#include <optional>
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

/// How a text is read by several threads.
struct piecewise {
    /// Opens the input once more; its `seek` works. From any thread.
    std::function<result<std::unique_ptr<byte_source>>()> open;
    std::size_t threads = 2;          ///< with the caller's
    std::size_t size = default_piece; ///< bytes, about
    static constexpr std::size_t default_piece = 512 * 1024;
};

/// What `open_reader` opens, and what tests feed by hand; the format is that of `text.facts`.
/// `name` is the input's in messages. `in_pieces`: only for UTF-8 that is not packed and whose
/// records are ended by LF. Fails like `open_reader`.
[[nodiscard]] result<std::unique_ptr<record_reader>> read_text(
    opened_text text, std::string name, const reading_options& options,
    const std::optional<piecewise>& in_pieces = std::nullopt);

} // namespace noteload::source
