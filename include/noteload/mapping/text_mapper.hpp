#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "noteload/mapping/mapping_rules.hpp"
#include "noteload/record.hpp"

namespace noteload::mapping {

/// What a note's text became.
struct mapped_text {
    std::string_view text;
    bool truncated = false;
    bool picture_left_out = false;
};

/// Builds a note's text by the rules of a mapping. Not for several threads.
class text_mapper {
public:
    /// `column_of` tells where a column stands among a record's cells. The template parses.
    template <class ColumnOf>
    text_mapper(const note_rule& rules, ColumnOf&& column_of) : text_mapper(rules) {
        for (auto& p : pieces_) {
            p.cell = p.name.empty() ? p.cell : column_of(p.name);
        }
    }

    /// Faults are appended. The text lives until the next call, and no longer than the cells. A
    /// good note costs no allocation once the longest was seen, and no copy where the cell is sent
    /// as it is.
    [[nodiscard]] mapped_text map(std::span<const cell> cells, std::vector<fault>& faults);

private:
    explicit text_mapper(const note_rule& rules);

    struct piece {
        std::string name; ///< of a column; empty: `text` is itself
        std::string text; ///< escaped already, where the note is HTML
        std::size_t cell = 0;
    };

    [[nodiscard]] bool is_sound(std::span<const cell> cells, std::vector<fault>& faults) const;
    [[nodiscard]] std::string_view without_pictures(std::string_view text, mapped_text& into);
    void append_cell(std::string_view text);
    [[nodiscard]] std::string_view built(std::span<const cell> cells, mapped_text& into);
    void hold_to_length(mapped_text& into, std::vector<fault>& faults);

    note_rule rules_;
    std::vector<piece> pieces_;
    bool as_it_is_ = false; // the cell's text needs no conversion
    std::string built_;
    std::string cleaned_; // a cell without its pictures
};

} // namespace noteload::mapping
