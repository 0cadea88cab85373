#include "noteload/source/chunk_reader.hpp"

#include <algorithm>

namespace noteload::source {

result<const record_chunk*> chunk_reader::next() {
    const auto found = feed_.more();
    if (!found) {
        return found.error();
    }
    const auto chunk = cut(*found);
    if (!chunk) {
        return chunk.error();
    }
    return *chunk;
}

result<record_chunk*> chunk_reader::read(std::uint64_t begin, std::uint64_t line, std::uint64_t end,
                                         std::optional<framed>& beyond) {
    beyond.reset();
    if (const auto gone = feed_.seek(begin, line); !gone) {
        return gone.error();
    }
    const auto found = feed_.until(end);
    if (!found) {
        return found.error();
    }
    const auto first_beyond = std::partition_point(found->begin(), found->end(),
                                                   [end](const framed& f) { return f.byte < end; });
    if (first_beyond != found->end()) {
        beyond = *first_beyond;
    }
    return cut({found->begin(), first_beyond});
}

result<record_chunk*> chunk_reader::cut(std::span<const framed> found) {
    const input_buffer& buffer = feed_.buffer();
    chunk_.clear();
    chunk_.text = buffer.text();
    chunk_.next_byte = feed_.offset();
    chunk_.next_line = feed_.line();
    chunk_.was_cut = buffer.at_end() && buffer.was_cut();
    if (!found.empty()) {
        if (const auto done = cutter_->cut(found, buffer, chunk_); !done) {
            return done.error();
        }
    }
    return &chunk_;
}

} // namespace noteload::source
