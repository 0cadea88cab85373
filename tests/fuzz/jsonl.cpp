// The JSONL reader: the same records however the text is cut; their bytes and the line ends between
// them are the text.

#include "pieces_of.hpp"
#include "support.hpp"

using namespace noteload::source;
using namespace noteload::source::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    choices choose(data, size);
    const std::size_t limit = 8 + choose.next(200);
    const std::size_t piece = 1 + choose.next(100);
    const std::string text = choose.rest();
    if (text.empty()) {
        return 0;
    }
    const auto options = wanting({"id", "note", "/contact/id", "/a/0"}, limit);
    const auto whole = all(open_jsonl(text, options));
    demand(all(open_jsonl(text, options, {piece})) == whole, "it does not matter how it is cut");
    opened_text as;
    as.buffer = buffer_of(text, {1 << 20});
    as.facts.format = file_format::jsonl;
    const auto apart = read_text(std::move(as), "fuzz", options, in_pieces_of(text, piece, 1));
    demand(all(apart) == whole, "nor whether pieces are read by themselves");
    std::size_t at = 0;
    for (const auto& r : whole) {
        const auto between = text.substr(at, r.at.byte - at);
        demand(between.find_first_not_of(" \t\r\n\v\f") == std::string::npos,
               "only blank lines are left out");
        demand(text.compare(r.at.byte, r.bytes.size(), r.bytes) == 0, "bytes are the text's");
        demand(r.cells.empty() != r.faults.empty(), "a record has cells or faults");
        at = r.at.byte + r.at.size;
    }
    demand(text.find_first_not_of(" \t\r\n\v\f", at) == std::string::npos, "nothing is left");
    return 0;
}
