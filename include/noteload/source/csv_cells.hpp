#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/record.hpp"
#include "noteload/source/csv_dialect.hpp"

namespace noteload::source {

/// The door to csv.h: cuts records into cells. Only csv.h's cutting of a line is used. Its reader
/// of lines would take 48 MiB anew for each chunk (or want 32 MiB before it gives the first row, so
/// that rows that come slowly through a pipe would wait), and look for line ends that the framer
/// knows: that took a third of the time.
class csv_cells {
public:
    /// `wanted_at[i]`: which wanted column the file's column i is, or -1.
    csv_cells(std::vector<int> wanted_at, const csv_dialect& dialect);

    /// Records that have `size` bytes together, with one more for each, will be cut. Cells of
    /// records before become invalid.
    void begin(std::size_t size);

    /// The cells of a record that is well-formed, of the header's columns, and UTF-8 without NUL.
    /// They are valid until `begin`, longer than the record; `into` has one for each wanted column,
    /// and those that the file lacks are left as they are. `errc::bug` when csv.h disagrees with
    /// the framer.
    [[nodiscard]] result<void> cut(std::string_view record, bool quoted, std::span<cell> into);

private:
    std::vector<int> wanted_at_;
    csv_dialect dialect_;
    std::unique_ptr<char[]> lines_; ///< of the records that were cut, one behind the other
    std::size_t size_ = 0;          ///< of it
    char* end_ = nullptr;           ///< of what is written there
    std::vector<char*> fields_;     ///< of a record, as csv.h gives them
};

} // namespace noteload::source
