#include "noteload/source/reading_plan.hpp"

#include "noteload/source/line_framer.hpp"

namespace noteload::source {

std::unique_ptr<framer> make_framer(const reading_plan& plan) {
    const auto& dialect = plan.facts.csv.dialect;
    const std::size_t limit = plan.options.max_record;
    if (plan.facts.format == file_format::jsonl) {
        return std::make_unique<line_framer>(limit, dialect.cr_ends);
    }
    auto made = std::make_unique<csv_framer>(dialect, limit);
    made->expect_columns(static_cast<std::uint32_t>(plan.header.size()));
    return made;
}

void keep_as_written(reading_plan& plan, decoding_source* decoder, std::uint64_t end) {
    if (decoder == nullptr) {
        return;
    }
    plan.newline = decoder->encoded("\n");
    if (end != 0) {
        const auto original = decoder->original(0, end);
        plan.header_bytes = original ? std::string(*original) : decoder->encoded(plan.header_bytes);
    }
}

void restore_separators(std::string& text, const reading_facts& facts) {
    if (facts.delimiter.size() < 2) {
        return;
    }
    for (std::size_t at = text.find(decoding_source::stand_in); at != std::string::npos;
         at = text.find(decoding_source::stand_in, at + facts.delimiter.size())) {
        text.replace(at, 1, facts.delimiter);
    }
}

} // namespace noteload::source
