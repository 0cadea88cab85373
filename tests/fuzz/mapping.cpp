// The mapping file: any text is a mapping or said to be none; what is one is written as a text that
// says the same; and rows are mapped by it to notes or faults.

#include <array>

#include "noteload/mapping/mapping_file.hpp"
#include "noteload/mapping/note_mapper.hpp"
#include "pieces_of.hpp"

using namespace noteload;
using namespace noteload::mapping;
using noteload::source::test::choices;
using noteload::source::test::demand;

namespace {

/// Each line names the file, so that no problem is said in passing.
void demand_said_well(const std::string& message) {
    demand(!message.empty(), "it is said what is wrong");
    for (std::string_view rest = message; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        demand(rest.substr(0, end).starts_with("fuzz"), "each problem names its place");
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

void demand_written_alike(const mapping_rules& rules) {
    const auto text = to_toml(rules);
    const auto again = parse_mapping(text, "fuzz");
    demand(again.has_value(), "what was written can be read");
    demand(*again == rules, "it says the same");
    demand(to_toml(*again) == text, "it is written in one way");
}

void demand_rows_mapped(const mapping_rules& rules, std::string_view values) {
    auto mapper = note_mapper::by_rules(
        organization_facts{.types = {"Call", "General"}, .time_zone = "US/Arizona"}, rules,
        nullptr);
    if (!mapper) {
        return; // a type that the organisation has not
    }
    std::array<cell, most_columns> cells;
    const auto columns = mapper->columns();
    demand(columns.size() <= cells.size(), "a mapping has a limit of columns");
    mapped_note note;
    for (int row = 0; row < 3; ++row) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto size = std::min<std::size_t>(values.size(), 3 + 7 * i);
            cells[i] = {.kind = static_cast<cell_kind>((row + static_cast<int>(i)) % 6),
                        .text = values.substr(0, size)};
            values.remove_prefix(size);
        }
        const record r{.at = {.row = 1 + static_cast<std::uint64_t>(row)},
                       .bytes = {},
                       .cells = std::span(cells).first(columns.size()),
                       .faults = {}};
        demand(mapper->map(r, note) == note.faults.empty(), "a row is a note or has faults");
        for (const auto& f : note.faults) {
            demand(!f.detail.empty(), "a fault says what is wrong");
        }
        demand(!note.faults.empty() || (note.note.contact_id > 0 && !note.note.type.empty()),
               "a note has what it needs");
    }
    (void)tell(mapper->noticed());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto rules = parse_mapping(text, "fuzz");
    if (!rules) {
        demand_said_well(rules.error().message);
        return 0;
    }
    demand_written_alike(*rules);
    demand_rows_mapped(*rules, text);
    return 0;
}
