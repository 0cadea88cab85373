#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/record.hpp"

namespace noteload::run {

/// A row on its way from the reader to the network. Positions are in the batch's texts, so that a
/// batch is three allocations however many rows it has.
struct batch_row {
    place at;
    std::int64_t contact_id = 0; ///< of a valid row
    std::size_t bytes_begin = 0; ///< in `batch::records`
    std::size_t body_begin = 0;  ///< in `batch::bodies`
    std::size_t body_size = 0;   ///< 0: invalid, see `faults`
    std::string key;
    std::vector<fault> faults;
    bool maybe_sent = false; ///< by an earlier process, and nobody knows

    [[nodiscard]] bool is_valid() const noexcept { return faults.empty(); }
};

/// Consecutive rows of one input, with everything that is needed to send, mark and reject them.
struct batch {
    std::string records; ///< original bytes, each record's followed by one newline
    std::string bodies;  ///< request bodies, one after the other
    std::vector<batch_row> rows;

    [[nodiscard]] std::size_t weight() const noexcept {
        return records.size() + bodies.size() + rows.size() * sizeof(batch_row);
    }
    [[nodiscard]] std::string_view body(const batch_row& row) const {
        return std::string_view(bodies).substr(row.body_begin, row.body_size);
    }
    /// Without the newline.
    [[nodiscard]] std::string_view record(std::size_t row) const {
        return span(row, row).substr(0, span(row, row).size() - 1);
    }
    /// The bytes of rows `first` to `last`, as `ledger::mark_hash` takes them.
    [[nodiscard]] std::string_view span(std::size_t first, std::size_t last) const {
        const auto begin = rows[first].bytes_begin;
        const auto end = last + 1 < rows.size() ? rows[last + 1].bytes_begin : records.size();
        return std::string_view(records).substr(begin, end - begin);
    }
};

} // namespace noteload::run
