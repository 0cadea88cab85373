#include "noteload/source/preamble.hpp"
#include "noteload/source/reading_plan.hpp"

namespace noteload::source {

result<void> begin_jsonl(reading_plan& plan, record_feed& feed, decoding_source* decoder) {
    const auto& o = plan.options;
    keep_as_written(plan, decoder, 0);
    if (o.start.byte != 0) {
        return feed.seek(o.start.byte, o.start.line);
    }
    if (o.dialect.skip_lines == 0) {
        // A byte order mark belongs to the first line, and is looked for there.
        if (const auto filled = feed.buffer().fill_to(1); !filled) {
            return filled.error();
        }
        if (!feed.buffer().text().empty()) {
            return {};
        }
    }
    const auto passed = pass_preamble(feed.buffer(), o.dialect.skip_lines, o.max_record, plan.name);
    if (!passed) {
        return passed.error();
    }
    feed.restart(passed->bytes.size(), 1 + passed->lines);
    plan.header_bytes = passed->bytes.substr(0, passed->bytes.size() - passed->last_end);
    keep_as_written(plan, decoder, plan.header_bytes.size());
    return {};
}

} // namespace noteload::source
