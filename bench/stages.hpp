#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace noteload::bench {

/// One stage of the way of a row, alone: `once` takes all the rows through it, in memory.
struct stage {
    std::string name;
    std::size_t rows = 0;
    std::size_t bytes = 0; ///< that the stage reads or writes for all of them
    std::function<void()> once;
};

inline constexpr std::size_t rows_of_a_stage = 10'000;

/// The rows that bench/inputs.py writes.
std::string csv_rows();
std::string jsonl_rows();

/// From bytes to cells.
std::vector<stage> reading_stages();
/// csv.h's own reader, for comparison.
stage csv_h_alone();
/// From cells to a request's body, and what `check` keeps of it.
std::vector<stage> mapping_stages();
/// From the answer to the log, and back.
std::vector<stage> ledger_stages();

} // namespace noteload::bench
