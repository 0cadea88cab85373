#include "noteload/source/cut_finder.hpp"

#include <algorithm>

namespace noteload::source {

namespace {

/// Enough for some records of the usual size; a line alone is less.
constexpr std::size_t first_look = 16 * 1024;
constexpr std::size_t first_look_for_lines = 4 * 1024;
constexpr std::size_t longest_look = 256 * 1024;

/// Lines that are tried in one look: a note inside quotes may have as many.
constexpr std::size_t most_tries = 256;

/// So many records in a row, all with the header's columns, are no accident.
constexpr std::size_t enough_records = 8;

/// A closing quote in a field that none opened: what stands before it was cut off.
bool closes_a_quote(std::string_view record, const csv_dialect& dialect) {
    for (std::size_t at = record.find(dialect.quote); at != std::string_view::npos;
         at = record.find(dialect.quote, at + 1)) {
        if (at + 1 == record.size() || record[at + 1] == dialect.delimiter) {
            return true;
        }
    }
    return false;
}

} // namespace

cut_finder::cut_finder(std::unique_ptr<byte_source> from, const reading_plan& plan)
    : from_(std::move(from)),
      dialect_(plan.facts.csv.dialect),
      columns_(static_cast<std::uint32_t>(plan.header.size())),
      framer_(make_framer(plan)) {
    framer_->expect_columns(0); // broken records are broken here
}

result<std::optional<std::uint64_t>> cut_finder::find(std::uint64_t from) {
    --from; // the LF of the line before is looked for, too
    text_.clear();
    if (const auto gone = from_->seek(from); !gone) {
        return gone.error();
    }
    for (std::size_t size = columns_ == 0 ? first_look_for_lines : first_look;; size *= 4) {
        const auto whole = read_up_to(size);
        if (!whole) {
            return whole.error();
        }
        if (const auto cut = cut_in(text_, *whole)) {
            return std::optional(from + *cut);
        }
        if (*whole) {
            return std::optional<std::uint64_t>();
        }
        if (size >= longest_look) {
            // Nothing looks good: the first line will do. Its piece may have to be read again.
            const std::size_t lf = text_.find('\n');
            if (lf != std::string::npos) {
                return std::optional(from + lf + 1);
            }
            from += text_.size();
            text_.clear();
            size = first_look / 4;
        }
    }
}

/// Whether the text is all of the rest.
result<bool> cut_finder::read_up_to(std::size_t size) {
    std::size_t have = text_.size();
    text_.resize(size);
    while (have < size) {
        const auto got = from_->read(text_.data() + have, size - have);
        if (!got) {
            return got.error();
        }
        if (*got == 0) {
            text_.resize(have);
            return true;
        }
        have += *got;
    }
    return false;
}

std::optional<std::size_t> cut_finder::cut_in(std::string_view text, bool whole) {
    std::size_t tries = 0;
    for (std::size_t lf = text.find('\n'); lf != std::string_view::npos && tries < most_tries;
         lf = text.find('\n', lf + 1), ++tries) {
        const std::string_view rest = text.substr(lf + 1);
        if (columns_ == 0 ? !rest.empty() : looks_like_rows(rest, whole)) {
            return lf + 1;
        }
    }
    return std::nullopt;
}

bool cut_finder::looks_like_rows(std::string_view text, bool whole) {
    found_.clear();
    framer_->restart(0, 1);
    framer_->frame(text, whole, found_, enough_records);
    const auto is_row = [&](const framed& f) {
        return f.columns == columns_ && !f.bad_quoting && !f.truncated && !f.too_long &&
               (f.quoted || !closes_a_quote(text.substr(f.begin, f.held), dialect_));
    };
    return !found_.empty() && (whole || found_.size() == enough_records) &&
           std::all_of(found_.begin(), found_.end(), is_row);
}

} // namespace noteload::source
