// Encodings: the same text however the bytes are cut, and the lines' original bytes are the input.
// Looking at any bytes comes to some decision.

#include "noteload/source/encoding.hpp"
#include "noteload/source/look.hpp"
#include "noteload/source/sniff.hpp"
#include "pieces_of.hpp"
#include "support.hpp"

using namespace noteload::source;
using namespace noteload::source::test;

namespace {

struct text_and_source {
    std::unique_ptr<decoding_source> from;
    std::string text;
};

text_and_source decode(const std::string& bytes, const std::string& encoding, std::size_t piece) {
    text_and_source d;
    d.from = std::make_unique<decoding_source>(
        std::make_unique<pieces>(bytes, std::vector<std::size_t>{piece}),
        decoding_source::options{.encoding = encoding, .separator = 0, .most_held = 1 << 20});
    char buffer[100];
    for (;;) {
        const auto got = d.from->read(buffer, sizeof buffer);
        demand(got.has_value(), "reading does not fail");
        if (*got == 0) {
            return d;
        }
        d.text.append(buffer, *got);
    }
}

/// `shifts`: an escape sequence in a blank line or at the end makes no text.
void demand_originals(const text_and_source& d, const std::string& bytes, bool shifts) {
    const std::string newline = d.from->encoded("\n");
    std::size_t raw = 0;
    for (std::size_t at = 0; at <= d.text.size();) {
        const std::size_t end = std::min(d.text.find_first_of("\r\n", at), d.text.size());
        const auto original = d.from->original(at, end - at);
        demand(original.has_value(), "a line's bytes are remembered");
        if (shifts) { // what stands in a blank line makes no text
            raw = std::min(bytes.find(*original, raw), bytes.size());
        }
        demand(bytes.compare(raw, original->size(), *original) == 0, "they are the input's");
        raw += original->size() + (end < d.text.size() ? newline.size() : 0);
        at = end + 1;
    }
    demand(raw == bytes.size() || shifts, "all of the input is in them");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::string names[] = {"UTF-16LE",     "UTF-16BE",  "UTF-32LE",   "UTF-32BE",
                                        "windows-1252", "Shift_JIS", "gb18030",    "US-ASCII",
                                        "macintosh",    "UTF-8",     "ISO-2022-JP"};
    choices choose(data, size);
    const auto& encoding = names[choose.next(std::size(names))];
    const std::size_t piece = 1 + choose.next(50);
    const std::string bytes = choose.rest();
    const bool shifts = encoding.starts_with("ISO-2022");
    const auto whole = decode(bytes, encoding, 1 << 20);
    const auto cut = decode(bytes, encoding, piece);
    demand(whole.text == cut.text, "it does not matter how it is cut");
    demand_originals(whole, bytes, shifts);
    demand_originals(cut, bytes, shifts);

    (void)look_at_encoding(bytes);
    (void)why_unreadable(bytes);
    (void)jsonl_ends_with_cr(bytes);
    demand(behind_lines(bytes, 2) <= bytes.size(), "lines end within the text");
    const auto look = look_at_csv(bytes, choose.next(2) != 0, {});
    demand(look.says_separator ||
               std::string_view(",;\t|").find(look.dialect.delimiter) != std::string_view::npos,
           "a known separator is found");
    return 0;
}
