#include "noteload/source/chunk_reader.hpp"

#include <algorithm>

namespace noteload::source {

namespace {

/// Records that are cut and worked on together: with their cells they fit into a core's own cache.
constexpr std::size_t most_at_once = 64;

} // namespace

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
    const auto found = find(begin, line, end, beyond);
    if (!found) {
        return found.error();
    }
    return cut(*found);
}

result<void> chunk_reader::work_on(std::uint64_t begin, std::uint64_t line, std::uint64_t end,
                                   std::optional<framed>& beyond, piece_worker& worker,
                                   record_chunk& into) {
    const auto found = find(begin, line, end, beyond);
    if (!found) {
        return found.error();
    }
    worker.begin();
    into.clear();
    into.worker = &worker;
    into.taken = found->size();
    std::uint64_t row = 0;
    for (auto rest = *found; !rest.empty();) {
        const auto some = rest.first(std::min(rest.size(), most_at_once));
        rest = rest.subspan(some.size());
        if (const auto done = cut(some); !done) {
            return done.error();
        }
        for (std::size_t i = 0; i < some.size(); ++i) {
            worker.take(chunk_.at(i, ++row));
        }
    }
    if (!found->empty()) {
        into.records = {{.found = found->front()}, {.found = found->back()}};
    }
    into.next_byte = feed_.offset();
    into.next_line = feed_.line();
    into.was_cut = chunk_.was_cut;
    return {};
}

result<std::span<const framed>> chunk_reader::find(std::uint64_t begin, std::uint64_t line,
                                                   std::uint64_t end,
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
    return std::span(found->begin(), first_beyond);
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
