#include "noteload/mapping/text_mapper.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "noteload/mapping/excel.hpp"
#include "noteload/mapping/field_values.hpp"
#include "noteload/mapping/note_template.hpp"
#include "noteload/mapping/note_text.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

text_mapper::text_mapper(const note_rule& rules) : rules_(rules) {
    if (rules.pattern.empty()) {
        pieces_.push_back({.name = rules.column, .text = {}, .cell = 0});
    } else {
        auto parsed = parse_template(rules.pattern).value();
        for (auto& p : parsed) {
            auto& made = pieces_.emplace_back();
            if (p.is_column) {
                made.name = std::move(p.text);
            } else if (rules.format == text_format::html) {
                append_escaped(made.text, p.text);
            } else {
                made.text = std::move(p.text);
            }
        }
    }
    as_it_is_ = rules.format == rules.source_format;
}

/// Whether there is a text, and each cell may be a part of it. Faults never quote a note.
bool text_mapper::is_sound(std::span<const cell> cells, std::vector<fault>& faults) const {
    const auto before = faults.size();
    bool empty = true;
    for (const auto& p : pieces_) {
        if (p.name.empty()) {
            continue;
        }
        const auto& c = cells[p.cell];
        empty = empty && is_empty(c);
        const auto name = printable(p.name, 40);
        if (c.kind == cell_kind::nested) {
            faults.push_back(
                {reason::bad_note, name + " is an array or object: it must be a text"});
        } else if (const auto left = excel_leaving(c)) {
            faults.push_back(
                {*left, name + (*left == reason::excel_error
                                    ? " is a spreadsheet's error: mend the cell"
                                    : " is a spreadsheet's formula: export the column as text")});
        }
    }
    if (empty && faults.size() == before) {
        const auto name = printable(rules_.column, 40);
        const bool absent = pieces_.size() == 1 && cells[pieces_[0].cell].kind == cell_kind::absent;
        faults.push_back({reason::missing_note, name.empty()
                                                    ? "all columns of the template are empty"
                                                : absent ? "there is no field " + name
                                                         : name + " is empty"});
    }
    return faults.size() == before;
}

std::string_view text_mapper::without_pictures(std::string_view text, mapped_text& into) {
    if (rules_.pictures != picture_rule::drop || !has_picture(text)) {
        return text;
    }
    into.picture_left_out = true;
    cleaned_.clear();
    append_without_pictures(cleaned_, text);
    return cleaned_;
}

void text_mapper::append_cell(std::string_view text) {
    if (as_it_is_) {
        built_ += text;
    } else if (rules_.format == text_format::html) {
        append_escaped(built_, text);
    } else {
        append_shown(built_, text);
    }
}

std::string_view text_mapper::built(std::span<const cell> cells, mapped_text& into) {
    if (as_it_is_ && pieces_.size() == 1 && !pieces_[0].name.empty()) {
        return without_pictures(cells[pieces_[0].cell].text, into);
    }
    built_.clear();
    for (const auto& p : pieces_) {
        if (p.name.empty()) {
            built_ += p.text;
        } else if (cells[p.cell].kind != cell_kind::null) {
            append_cell(without_pictures(cells[p.cell].text, into));
        }
    }
    return built_;
}

void text_mapper::hold_to_length(mapped_text& into, std::vector<fault>& faults) {
    // Most notes have fewer bytes than they may have characters: no need to count.
    const auto most = static_cast<std::size_t>(*rules_.max_length);
    if (into.text.size() <= most) {
        return;
    }
    const auto size = characters(into.text);
    if (size <= most) {
        return;
    }
    if (rules_.over == over_rule::invalid) {
        faults.push_back({reason::note_too_long,
                          fmt::format("the note has {} characters, over the mapping's max_length "
                                      "of {}",
                                      with_thousands(size), with_thousands(most))});
        return;
    }
    if (into.text.data() != built_.data()) {
        built_ = into.text;
    }
    truncate(built_, most, rules_.format == text_format::html);
    into.text = built_;
    into.truncated = true;
}

mapped_text text_mapper::map(std::span<const cell> cells, std::vector<fault>& faults) {
    mapped_text out;
    if (!is_sound(cells, faults)) {
        return out;
    }
    if (rules_.pictures == picture_rule::invalid) {
        for (const auto& p : pieces_) {
            if (!p.name.empty() && has_picture(cells[p.cell].text)) {
                faults.push_back({reason::embedded_picture,
                                  printable(p.name, 40) + " holds a picture, and the mapping says "
                                                          "pictures = \"invalid\""});
                return out;
            }
        }
    }
    out.text = built(cells, out);
    if (is_empty({cell_kind::text, out.text})) {
        faults.push_back({reason::missing_note, "the note has tags, but no text"});
    } else if (rules_.max_length) {
        hold_to_length(out, faults);
    }
    return out;
}

} // namespace noteload::mapping
