#include "noteload/source/originals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "noteload/source/reading.hpp"
#include "noteload/source/text_end.hpp"

namespace noteload::source {

namespace {

failure too_short(const input& what, const place& at) {
    return {errc::changed, fmt::format("{}: is shorter than it was: line {} is not there any more",
                                       what.name, at.line)};
}

/// Moves the buffer to offset `byte`. `at`: the offset of its text.
result<void> go_to(input_buffer& buffer, std::uint64_t& at, std::uint64_t byte, bool may_seek) {
    if (may_seek && byte - at > buffer.text().size()) {
        at = byte;
        return buffer.seek(byte);
    }
    while (at < byte) {
        const std::size_t passed =
            static_cast<std::size_t>(std::min<std::uint64_t>(byte - at, buffer.text().size()));
        buffer.drop(passed);
        at += passed;
        if (at == byte) {
            break;
        }
        const auto filled = buffer.fill();
        if (!filled) {
            return filled.error();
        }
        if (!*filled) {
            break; // the record will be found missing
        }
    }
    return {};
}

} // namespace

result<void> read_originals(
    const input& from, const reading_options& options, std::span<const place> places,
    const std::function<result<void>(std::size_t nth, std::string_view bytes)>& each) {
    input what = from;
    auto text = open_text(what, options);
    if (!text) {
        return text.error();
    }
    input_buffer& buffer = *text->buffer;
    std::uint64_t at = 0;
    std::string scratch;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const place& p = places[i];
        framed f{.byte = p.byte, .size = p.size};
        f.held = static_cast<std::size_t>(std::min<std::uint64_t>(p.size, options.max_record));
        if (const auto gone = go_to(buffer, at, p.byte, text->facts.as_stored); !gone) {
            return gone.error();
        }
        // One byte more: the line end tells the decoder where the record's bytes end.
        if (const auto filled = buffer.fill_to(f.held + 1); !filled) {
            return filled.error();
        }
        if (at != p.byte || buffer.text().size() < f.held) {
            return too_short(what, p);
        }
        const auto bytes =
            original_bytes(f, buffer.text().substr(0, f.held), text->decoder, scratch);
        if (const auto done = each(i, bytes); !done) {
            return done.error();
        }
    }
    return {};
}

} // namespace noteload::source
