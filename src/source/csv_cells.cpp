#include "noteload/source/csv_cells.hpp"

// Without this csv.h wants threads for a reader that is not used.
#define CSV_IO_NO_THREAD
#include <csv.h>

#include <cstring>
#include <utility>

namespace noteload::source {

namespace {

/// How csv.h is to find a field's end: no quotes, and a vector's width at a time.
struct field_marks {
    static const char* find_next_column_end(const char* begin) {
        return ::strchrnul(begin, static_cast<unsigned char>(field_mark));
    }
    static void unescape(char*& /*begin*/, char*& /*end*/) {}
};

failure disagreement(std::string_view what) {
    return {errc::bug, "csv.h and the framer disagree about a record: " + std::string(what)};
}

} // namespace

csv_cells::csv_cells(std::vector<int> wanted_at, const csv_dialect& dialect)
    : wanted_at_(std::move(wanted_at)), dialect_(dialect) {}

void csv_cells::begin(std::size_t size) {
    if (size > size_) {
        lines_ = std::make_unique_for_overwrite<char[]>(size);
        size_ = size;
    }
    end_ = lines_.get();
}

result<void> csv_cells::cut(std::string_view record, bool quoted, std::span<cell> into) {
    fields_.assign(into.size(), nullptr);
    char* const line = end_;
    end_ = write_line(line, record, dialect_, quoted);
    try {
        io::detail::parse_line<io::trim_chars<>, field_marks>(line, fields_.data(), wanted_at_);
    } catch (const io::error::base& e) {
        return disagreement(e.what());
    }
    for (std::size_t i = 0; i < into.size(); ++i) {
        if (fields_[i] != nullptr) {
            into[i].kind = cell_kind::text;
            into[i].text = fields_[i];
        }
    }
    return {};
}

} // namespace noteload::source
