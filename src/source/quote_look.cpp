#include "noteload/source/quote_look.hpp"

#include <algorithm>

#include "noteload/source/trial_reading.hpp"

namespace noteload::source {

namespace {

/// Where the quoted cell that begins at `at` ends, behind its closing quote.
std::size_t behind_quotes(std::string_view record, std::size_t at, const csv_dialect& d) {
    for (++at; at < record.size(); ++at) {
        const char next = at + 1 < record.size() ? record[at + 1] : '\0';
        if (d.backslash && record[at] == '\\' && (next == '\\' || next == d.quote)) {
            ++at;
        } else if (record[at] == d.quote) {
            if (next != d.quote) {
                return at + 1;
            }
            ++at;
        }
    }
    return record.size();
}

/// Calls `with` with each cell as it is written.
template <class With>
void each_cell(std::string_view record, const csv_dialect& d, const With& with) {
    for (std::size_t at = 0;;) {
        const std::size_t begin = at;
        if (at < record.size() && record[at] == d.quote) {
            at = behind_quotes(record, at, d);
        }
        at = std::min(record.find(d.delimiter, at), record.size());
        with(record.substr(begin, at - begin));
        if (at == record.size()) {
            return;
        }
        ++at;
    }
}

bool is_wrapped(std::string_view cell, char quote) {
    return cell.size() >= 2 && cell.front() == quote && cell.back() == quote;
}

bool has_wrapped_header(const trial_reading& r, std::string_view text, const csv_dialect& d) {
    if (!r.has_header || r.found[0].bad_quoting || r.found[0].truncated) {
        return false;
    }
    bool all = true;
    each_cell(text.substr(r.found[0].begin, r.found[0].held), d,
              [&](std::string_view cell) { all = all && is_wrapped(cell, d.quote); });
    return all;
}

bool has_cell_that_begins_with(char c, const trial_reading& r, std::string_view text,
                               const csv_dialect& d) {
    bool any = false;
    for (const framed& f : r.found) {
        each_cell(text.substr(f.begin, f.held), d,
                  [&](std::string_view cell) { any = any || cell.starts_with(c); });
    }
    return any;
}

/// A quote that is none may run on to the text's end, over records that are none the worse.
bool runs_over_records(const trial_reading& r, std::string_view text, const csv_dialect& usual) {
    const auto rest = read_for_trial(usual, text.substr(r.rest), false, r.columns);
    return rest.good != 0;
}

} // namespace

quote_sign look_for_quote(std::string_view first, bool whole, const quote_choice& c) {
    const auto usual = read_for_trial(c.usual, first, whole, c.columns);
    const auto other = read_for_trial(c.other, first, whole, c.columns);
    if (has_wrapped_header(other, first, c.other) && other.bad <= usual.bad) {
        return quote_sign::header;
    }
    const bool reads_better = usual.bad != 0 && other.bad == 0 && other.good != 0;
    if (!reads_better || runs_over_records(other, first, c.usual) ||
        has_cell_that_begins_with(c.usual.quote, usual, first, c.usual) ||
        has_cell_that_begins_with(c.usual.quote, other, first, c.other)) {
        return quote_sign::none;
    }
    const auto rows = other.found.begin() + (other.has_header ? 1 : 0);
    const bool some =
        std::any_of(rows, other.found.end(), [](const framed& f) { return f.quoted; });
    return some ? quote_sign::records : quote_sign::none;
}

} // namespace noteload::source
