#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/source/csv_framer.hpp"
#include "noteload/source/decoding_source.hpp"
#include "noteload/source/reading_facts.hpp"
#include "noteload/source/record_feed.hpp"
#include "noteload/source/record_reader.hpp"

namespace noteload::source {

/// All that is known of an input once its beginning was read: what it takes to read any part of it.
struct reading_plan {
    reading_facts facts;
    reading_options options;
    std::string name;                ///< of the input, in messages
    std::vector<std::string> header; ///< the next four as `record_reader` has them
    std::string header_bytes;
    std::string newline = "\n";
    std::vector<int> wanted_at; ///< which wanted column each of the header's is, or -1
};

/// A framer for a part of the input that begins where a record may.
[[nodiscard]] std::unique_ptr<framer> make_framer(const reading_plan& plan);

/// Where the text was converted: has `header_bytes`, which are the text up to `end`, and `newline`
/// as the input has them.
void keep_as_written(reading_plan& plan, decoding_source* decoder, std::uint64_t end);

/// Turns the stand-ins of a separator of several bytes back: inside of quotes they are text.
void restore_separators(std::string& text, const reading_facts& facts);

/// Read the input's beginning, complete the plan, and leave the feed where the first record may
/// begin that is wanted. `decoder` is the one inside of the feed, or none. Fail like `open_reader`.
[[nodiscard]] result<void> begin_csv(reading_plan& plan, record_feed& feed,
                                     decoding_source* decoder);
[[nodiscard]] result<void> begin_jsonl(reading_plan& plan, record_feed& feed,
                                       decoding_source* decoder);

} // namespace noteload::source
