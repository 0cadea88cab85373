// The framer and csv.h against the slow reference: the same records, bytes and cells, however the
// text is cut.

#include "pieces_of.hpp"
#include "reference_csv.hpp"

using namespace noteload::source;
using namespace noteload::source::test;

namespace {

std::vector<kept> read(const std::string& text, const csv_dialect& dialect, std::size_t limit,
                       std::size_t piece, const std::optional<piecewise>& in_pieces = {}) {
    opened_text as;
    as.buffer = buffer_of(text, {piece});
    as.facts.csv.dialect = dialect;
    const auto reader = read_text(std::move(as), "fuzz", wanting({"id", "note"}, limit), in_pieces);
    demand(reader.has_value(), "the header can be read");
    return all(reader);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    choices choose(data, size);
    csv_dialect dialect;
    dialect.delimiter = ",;\t|"[choose.next(4)];
    dialect.quote = choose.next(2) == 0 ? '"' : '\'';
    dialect.backslash = choose.next(2) != 0;
    dialect.cr_ends = choose.next(2) != 0;
    const std::size_t limit = 8 + choose.next(200);
    const std::size_t piece = 1 + choose.next(100);
    std::string body = choose.rest();
    // Of wrong bytes the reference knows this one only.
    for (char& c : body) {
        c = static_cast<unsigned char>(c) >= 0x80 ? '\xFF' : c;
    }
    const std::string text = std::string("id") + dialect.delimiter + "note\n" + body;
    const auto expected = reference_csv(text, limit, dialect).records();
    demand(read(text, dialect, limit, 1 << 20) == expected, "the whole text is read alike");
    demand(read(text, dialect, limit, piece) == expected, "the text in pieces is read alike");
    if (!dialect.cr_ends) {
        demand(read(text, dialect, limit, 1 << 20, in_pieces_of(text, piece, 1)) == expected,
               "pieces by themselves are read alike");
    }
    return 0;
}
