// The JSONL reader: the same records however the text is cut; their bytes and the line ends between
// them are the text.

#include "pieces_of.hpp"
#include "reference_json.hpp"
#include "support.hpp"

using namespace noteload::source;
using noteload::reason;
using namespace noteload::source::test;

namespace {

void demand_judged_right(const kept& r) {
    using noteload::reason;
    const auto has = [&](reason why) {
        return std::find(r.faults.begin(), r.faults.end(), why) != r.faults.end();
    };
    if (has(reason::record_too_long) || has(reason::bad_utf8) || has(reason::bad_encoding) ||
        r.bytes.find('\0') != std::string::npos) {
        return;
    }
    const auto kind = reference_json::of(r.bytes, 1024);
    demand(has(reason::bad_json) == (kind == reference_json::kind::broken), "it is JSON or not");
    demand(has(reason::not_an_object) == (kind == reference_json::kind::other),
           "it is an object or not");
}

} // namespace

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
    std::size_t at =
        text.starts_with("\xEF\xBB\xBF") && (whole.empty() || whole[0].at.byte != 0) ? 3 : 0;
    for (const auto& r : whole) {
        const auto between = text.substr(at, r.at.byte - at);
        demand(between.find_first_not_of(" \t\r\n\v\f") == std::string::npos,
               "only blank lines are left out");
        demand(text.compare(r.at.byte, r.bytes.size(), r.bytes) == 0, "bytes are the text's");
        demand(r.cells.empty() != r.faults.empty(), "a record has cells or faults");
        at = r.at.byte + r.at.size;
        if (r.at.byte != 0 && r.faults != std::vector{reason::truncated}) {
            demand_judged_right(r);
        }
    }
    demand(text.find_first_not_of(" \t\r\n\v\f", at) == std::string::npos, "nothing is left");
    return 0;
}
