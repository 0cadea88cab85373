#include "noteload/source/csv_cells.hpp"

// Without this csv.h starts a thread for each reader.
#define CSV_IO_NO_THREAD
#include <csv.h>
#include <sys/mman.h>

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace noteload::source {

namespace {

using csv_h = io::CSVReader<max_columns, io::trim_chars<>, io::no_quote_escape<field_mark>,
                            io::throw_on_overflow, io::no_comment>;

/// Writes a chunk's records straight into csv.h's buffer. All at once: a source that returns fewer
/// bytes than asked is taken for ended. Each line, the last one too, has its LF: csv.h would write
/// over the buffer's end to make one.
class chunk_source final : public io::ByteSourceBase {
public:
    chunk_source(std::string_view header, std::span<const sound_record> records,
                 const csv_dialect& dialect, std::vector<bool>& marked)
        : header_(header), records_(records), dialect_(dialect), marked_(marked) {}

    int read(char* buffer, int /*size*/) override {
        touch(buffer);
        char* out = buffer + header_.copy(buffer, header_.size());
        for (const auto& record : std::exchange(records_, {})) {
            bool marked = false;
            out = write_line(out, record.bytes, dialect_, record.quoted, marked);
            marked_.push_back(marked);
        }
        header_ = {};
        return static_cast<int>(out - buffer);
    }

private:
    /// Has the kernel map the pages that will be written in one call: csv.h's buffer is new for
    /// each chunk, and one page fault for every 4 KiB took an eighth of the time. Only a hint.
    void touch(char* buffer) const {
        std::size_t size = header_.size();
        for (const auto& record : records_) {
            size += record.bytes.size() + 1;
        }
        const auto page = reinterpret_cast<std::uintptr_t>(buffer) & ~std::uintptr_t{4095};
        const std::size_t offset = reinterpret_cast<std::uintptr_t>(buffer) - page;
        ::madvise(reinterpret_cast<void*>(page), offset + size, MADV_POPULATE_WRITE);
    }

    std::string_view header_;
    std::span<const sound_record> records_;
    const csv_dialect& dialect_;
    std::vector<bool>& marked_;
};

/// csv.h orders the cells of a row by column names: ours are the numbers of the wanted columns.
template <std::size_t... I>
void read_header(csv_h& reader, std::index_sequence<I...>) {
    reader.read_header(io::ignore_extra_column | io::ignore_missing_column, std::to_string(I)...);
}

template <std::size_t... I>
bool read_row(csv_h& reader, std::array<char*, max_columns>& row, std::index_sequence<I...>) {
    return reader.read_row(row[I]...);
}

constexpr auto all_columns = std::make_index_sequence<max_columns>{};

failure disagreement(std::string_view what) {
    return {errc::bug, "csv.h and the framer disagree about a record: " + std::string(what)};
}

} // namespace

struct csv_cells::door {
    csv_dialect dialect;
    std::string header;
    std::optional<csv_h> reader;
    std::array<char*, max_columns> row{};
    std::vector<bool> marked; ///< which records need `restore_text`
    std::size_t at = 0;
};

csv_cells::csv_cells(std::span<const int> wanted_at, const csv_dialect& dialect)
    : door_(std::make_unique<door>()) {
    door_->dialect = dialect;
    for (const int wanted : wanted_at) {
        // A dash is the name of no column.
        door_->header += wanted < 0 ? "-" : std::to_string(wanted);
        door_->header += field_mark;
    }
    door_->header.back() = '\n';
}

csv_cells::~csv_cells() = default;

result<void> csv_cells::begin(std::span<const sound_record> records) {
    door& d = *door_;
    d.reader.reset();
    d.marked.clear();
    d.at = 0;
    if (records.empty()) {
        return {};
    }
    try {
        d.reader.emplace("",
                         std::make_unique<chunk_source>(d.header, records, d.dialect, d.marked));
        read_header(*d.reader, all_columns);
    } catch (const io::error::base& e) {
        return disagreement(e.what());
    }
    return {};
}

result<void> csv_cells::next(std::span<cell> into) {
    door& d = *door_;
    try {
        if (!d.reader || !read_row(*d.reader, d.row, all_columns)) {
            return disagreement("it has no more rows");
        }
    } catch (const io::error::base& e) {
        return disagreement(e.what());
    }
    const bool marked = d.marked[d.at++];
    for (std::size_t i = 0; i < into.size(); ++i) {
        if (d.row[i] == nullptr) {
            continue;
        }
        into[i] = {cell_kind::text, d.row[i]};
        if (marked) {
            restore_text(d.row[i], into[i].text.size());
        }
    }
    return {};
}

} // namespace noteload::source
