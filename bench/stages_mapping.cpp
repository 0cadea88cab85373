#include "stages.hpp"

#include "noteload/delivery/request.hpp"
#include "noteload/mapping/date_format.hpp"
#include "noteload/mapping/mapping_file.hpp"
#include "noteload/mapping/note_mapper.hpp"
#include "noteload/run/check_facts.hpp"
#include "noteload/source/csv_dialect.hpp"

#include <memory>
#include <stdexcept>

namespace noteload::bench {

namespace {

using mapping::note_mapper;

constexpr std::string_view rules = R"toml([contactId]
column = "contactId"
[type]
column = "type"
values = { "General" = "General", "Phone" = "Call", "Mail" = "Letter" }
otherwise = "General"
[note]
template = "{note}\n\n(Imported)"
[noteDateTime]
column = "noteDateTime"
formats = ["%Y-%m-%dT%H:%M:%S", "%m/%d/%Y"]
[important]
column = "important"
true = ["true", "yes"]
)toml";

/// Rows with the cells that a mapper wants.
struct row_cells {
    explicit row_cells(const note_mapper& mapper) {
        const auto text = csv_rows();
        std::vector<std::string> header;
        for (std::size_t at = 0; at < text.size();) {
            const auto end = text.find('\n', at);
            fields.push_back(source::split_fields(std::string_view(text).substr(at, end - at), {}));
            at = end + 1;
        }
        for (std::size_t i = 1; i < fields.size(); ++i) {
            auto& row = cells.emplace_back();
            for (const auto& column : mapper.columns()) {
                auto& c = row.emplace_back();
                for (std::size_t k = 0; k < fields[0].size(); ++k) {
                    if (fields[0][k] == column) {
                        c = {cell_kind::text, fields[i][k]};
                    }
                }
            }
            bytes += fields[i][2].size() + 40;
        }
    }
    template <class With>
    void each(const With& with) const {
        record r;
        for (const auto& row : cells) {
            ++r.at.row;
            r.cells = row;
            with(r);
        }
    }

    std::vector<std::vector<std::string>> fields;
    std::vector<std::vector<cell>> cells;
    std::size_t bytes = 0;
};

std::function<void()> map_all(std::shared_ptr<note_mapper> mapper,
                              std::shared_ptr<row_cells> from) {
    return [mapper, from] {
        mapping::mapped_note note;
        from->each([&](const record& r) {
            if (!mapper->map(r, note)) {
                throw std::logic_error(note.faults[0].detail);
            }
        });
    };
}

} // namespace

std::vector<stage> mapping_stages() {
    const auto plain =
        std::make_shared<note_mapper>(note_mapper::by_field_name(std::nullopt, "").value());
    const auto parsed = mapping::parse_mapping(rules, "bench").value();
    const auto by_rules =
        std::make_shared<note_mapper>(note_mapper::by_rules(std::nullopt, parsed, nullptr).value());
    const auto for_plain = std::make_shared<row_cells>(*plain);
    const auto for_rules = std::make_shared<row_cells>(*by_rules);
    // The notes of all rows, whose texts are the cells'.
    const auto notes = std::make_shared<std::vector<mapping::mapped_note>>();
    for_plain->each([&](const record& r) { plain->map(r, notes->emplace_back()); });
    const auto american = std::make_shared<mapping::date_format>(
        mapping::date_format::compile("%m/%d/%Y %I:%M %p").value());
    const auto all = rows_of_a_stage;
    return {
        {"mapping by field name", all, for_plain->bytes, map_all(plain, for_plain)},
        {"mapping by a mapping file", all, for_rules->bytes, map_all(by_rules, for_rules)},
        {"date by a format", all, all * 19,
         [american] {
             for (std::size_t i = 0; i < rows_of_a_stage; ++i) {
                 if (american->match("03/14/2019 02:30 PM", 0).problem !=
                     mapping::date_problem::none) {
                     throw std::logic_error("the date does not match");
                 }
             }
         }},
        {"body of a request", all, for_plain->bytes,
         [notes] {
             std::string out;
             for (const auto& n : *notes) {
                 out.clear();
                 delivery::append_note_body(out, n.note);
             }
         }},
        {"what check keeps of a row", all, for_plain->bytes,
         [notes, for_plain] {
             run::check_facts facts({"contactId"});
             run::row_tally tally({.contact_at = 0});
             std::size_t i = 0;
             for_plain->each([&](const record& r) {
                 tally.add(r, (*notes)[i++], outcome::invalid);
                 if (i % 1300 == 0) {
                     facts.add(tally, {});
                     tally.clear();
                 }
             });
             facts.add(tally, {});
             if (facts.tell().contacts != rows_of_a_stage) {
                 throw std::logic_error("contacts were lost");
             }
         }},
    };
}

} // namespace noteload::bench
