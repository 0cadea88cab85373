#include <fmt/format.h>

#include <utility>
#include <vector>

#include "noteload/source/csv_cells.hpp"
#include "noteload/source/record_cutter.hpp"
#include "noteload/source/text_end.hpp"
#include "noteload/source/torn_cell.hpp"
#include "noteload/source/utf8.hpp"
#include "noteload/text.hpp"

namespace noteload::source {

namespace {

class csv_cutter final : public record_cutter {
public:
    explicit csv_cutter(const reading_plan& plan)
        : plan_(plan), door_(plan.wanted_at, plan.facts.csv.dialect) {}

    result<void> cut(std::span<const framed> found, const input_buffer& buffer,
                     record_chunk& into) override;

private:
    /// Whether the input ends before the record does.
    bool is_cut(const framed& f, std::string_view bytes, const input_buffer& buffer) const;
    bool is_sound(const framed& f, std::string_view bytes, const input_buffer& buffer) const;
    void say_what_is_wrong(const framed& f, std::string_view bytes, const input_buffer& buffer,
                           std::vector<fault>& faults) const;
    fault too_long(const framed& f) const;
    void restore(std::span<cell> cells, record_chunk& into) const;

    const reading_plan& plan_;
    csv_cells door_;
    bool all_utf8_ = false; ///< the whole chunk: single records need not be looked at
};

result<void> csv_cutter::cut(std::span<const framed> found, const input_buffer& buffer,
                             record_chunk& into) {
    const std::string_view last = into.bytes(found.back());
    const std::string_view all = into.text.substr(found.front().begin);
    const auto size = static_cast<std::size_t>(last.data() + last.size() - all.data());
    all_utf8_ = is_utf8(all.substr(0, size));
    door_.begin(size + found.size());
    into.columns = plan_.options.columns.size();
    into.cells.assign(found.size() * into.columns, {});
    std::span<cell> rest(into.cells);
    for (const framed& f : found) {
        const std::string_view bytes = into.bytes(f);
        const auto cells = rest.first(into.columns);
        rest = rest.subspan(into.columns);
        const std::size_t had = into.faults.size();
        if (!is_sound(f, bytes, buffer)) {
            say_what_is_wrong(f, bytes, buffer, into.faults);
        } else if (const auto done = door_.cut(bytes, f.quoted, cells); !done) {
            return done;
        } else if (plan_.facts.delimiter.size() > 1) {
            restore(cells, into);
        }
        into.records.push_back({f, had, into.faults.size() - had});
    }
    return {};
}

void csv_cutter::restore(std::span<cell> cells, record_chunk& into) const {
    for (cell& c : cells) {
        if (c.text.find(decoding_source::stand_in) != std::string_view::npos) {
            auto& text = into.texts.emplace_back(c.text);
            restore_separators(text, plan_.facts);
            c.text = text;
        }
    }
}

bool csv_cutter::is_cut(const framed& f, std::string_view bytes, const input_buffer& buffer) const {
    return f.truncated || (f.is_unended() && (f.columns < plan_.header.size() ||
                                              is_cut_off(f, bytes, buffer, plan_.facts)));
}

/// Whether the record can be cut into cells.
bool csv_cutter::is_sound(const framed& f, std::string_view bytes,
                          const input_buffer& buffer) const {
    return !f.too_long && !f.bad_quoting && !f.truncated && !f.nul &&
           f.columns == plan_.header.size() && (all_utf8_ || is_utf8(bytes)) &&
           !(f.is_unended() && is_cut(f, bytes, buffer)) &&
           !(f.stray && !why_torn(bytes, plan_.facts.csv.dialect).empty());
}

fault csv_cutter::too_long(const framed& f) const {
    const auto limit = with_thousands(plan_.options.max_record);
    return {reason::record_too_long,
            f.size > f.held
                ? fmt::format("this line has {} bytes, over the limit of {}; it was cut",
                              with_thousands(f.size), limit)
                : fmt::format("the record that begins here is over {} bytes; is a quote not "
                              "closed? Reading went on at the next line",
                              limit)};
}

void csv_cutter::say_what_is_wrong(const framed& f, std::string_view bytes,
                                   const input_buffer& buffer, std::vector<fault>& faults) const {
    if (f.too_long) {
        faults.push_back(too_long(f));
        return;
    }
    const auto say = [&faults](reason why, std::string detail) {
        faults.push_back({why, std::move(detail)});
    };
    const auto had = faults.size();
    const bool half_character = is_cut_off(f, bytes, buffer, plan_.facts) && !buffer.was_cut();
    if (f.truncated) {
        say(reason::truncated, "the input ends inside a quoted field");
    } else if (f.bad_quoting) {
        say(reason::bad_quoting, "text after a closing quote, or a quote that is not closed");
    } else if (is_cut(f, bytes, buffer)) {
        say(reason::truncated,
            fmt::format("the input ends in the middle of this record, after {} of {}{}",
                        counted(f.columns, "column"), plan_.header.size(),
                        buffer.was_cut() ? ": the compressed file is cut off" : ""));
    } else if (f.columns != plan_.header.size()) {
        say(reason::wrong_column_count,
            fmt::format("{} where the header has {}", counted(f.columns, "column"),
                        plan_.header.size()));
    }
    if (faults.size() == had && f.stray) {
        if (const auto why = why_torn(bytes, plan_.facts.csv.dialect); !why.empty()) {
            say(reason::bad_quoting, std::string(why));
        }
    }
    if (f.nul) {
        say(reason::nul_byte, fmt::format("byte {} of the record is a NUL", bytes.find('\0') + 1));
    }
    if (!all_utf8_ && !half_character && !is_utf8(bytes)) {
        faults.push_back(wrong_bytes(bytes, plan_.facts, "record"));
    }
}

} // namespace

std::unique_ptr<record_cutter> make_csv_cutter(const reading_plan& plan) {
    return std::make_unique<csv_cutter>(plan);
}

} // namespace noteload::source
