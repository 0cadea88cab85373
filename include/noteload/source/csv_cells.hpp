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

/// The most columns that can be asked for: csv.h takes their number at compile time.
inline constexpr std::size_t max_columns = 32;

/// A record that can be given to csv.h: well-formed, of the header's columns, UTF-8 without NUL.
struct sound_record {
    std::string_view bytes;
    bool quoted = false;
};

/// The door to csv.h: cuts sound records into cells, a chunk at a time. One csv.h reader a chunk,
/// rather than one for the input, because it wants 32 MiB before it returns the first row: rows
/// that come slowly through a pipe would wait for it, and bytes and cells would go out of step. Its
/// buffer of 48 MiB costs only the pages that a chunk touches.
class csv_cells {
public:
    /// `wanted_at[i]`: which wanted column (0 to `max_columns` - 1) the file's column i is, or -1.
    csv_cells(std::span<const int> wanted_at, const csv_dialect& dialect);
    ~csv_cells();

    /// Takes the records of a chunk; their bytes are not needed after the call. Together they are
    /// less than 24 MiB, each less than 16 MiB. Cells of the chunk before become invalid.
    [[nodiscard]] result<void> begin(std::span<const sound_record> records);

    /// The cells of the next record, valid until `begin`; `into` has one for each wanted column,
    /// and those that the file lacks are left as they are. `errc::bug` when csv.h disagrees with
    /// the framer.
    [[nodiscard]] result<void> next(std::span<cell> into);

private:
    struct door;
    std::unique_ptr<door> door_;
};

} // namespace noteload::source
