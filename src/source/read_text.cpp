#include <utility>

#include "noteload/source/chunked_reader.hpp"
#include "noteload/source/parallel_chunks.hpp"
#include "noteload/source/reading.hpp"

namespace noteload::source {

result<std::unique_ptr<record_reader>> read_text(opened_text text, std::string name,
                                                 const reading_options& options,
                                                 const std::optional<piecewise>& in_pieces) {
    const auto plan = std::make_shared<reading_plan>();
    plan->facts = std::move(text.facts);
    plan->options = options;
    plan->name = std::move(name);
    record_feed feed(std::move(text.buffer), make_framer(*plan));
    const bool is_csv = plan->facts.format == file_format::csv;
    const auto begun =
        is_csv ? begin_csv(*plan, feed, text.decoder) : begin_jsonl(*plan, feed, text.decoder);
    if (!begun) {
        return begun.error();
    }
    const std::uint64_t begin = feed.offset();
    std::unique_ptr<chunk_supply> supply;
    if (in_pieces) {
        auto made = parallel_chunks::start(plan, *in_pieces, {begin, feed.line()});
        if (!made) {
            return made.error();
        }
        supply = std::move(*made);
    } else {
        supply = std::make_unique<chunk_reader>(std::move(feed), make_cutter(*plan));
    }
    return std::unique_ptr<record_reader>(
        std::make_unique<chunked_reader>(plan, std::move(supply), text.decoder, begin));
}

} // namespace noteload::source
