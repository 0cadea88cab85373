#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/ledger/disk.hpp"
#include "noteload/outcome.hpp"

namespace noteload::ledger {

/// What the reject files of one input begin with and are called after.
struct input_shape {
    std::string extension; ///< `csv` or `jsonl`
    std::string header;    ///< the header's original bytes; empty for JSONL
};

/// The files beside the log: `invalid`, `refused` and `in_doubt` with the original bytes of the
/// records, `problems.csv`, and `responses.jsonl` when it is asked for. Each appears with its first
/// row. They can be made again from log and input, so they are synced at the end only. One thread.
class side_files {
public:
    side_files(disk& on, std::string folder, bool keep_responses)
        : on_(&on), folder_(std::move(folder)), keep_responses_(keep_responses) {}

    /// Inputs are announced in order, before the first row of each.
    void add_input(input_shape shape) { inputs_.push_back(std::move(shape)); }

    /// Removes what an earlier run or check without a log left in the folder.
    void clear_old();
    /// Removes what can be made again from log and input; answers are kept, and added to.
    void clear_rejects();

    /// `record`: its original bytes without the line end; looked at where the outcome has a file.
    /// `response`: the server's answer as it came.
    void add(const settled_row& row, std::string_view record, std::string_view response);

    /// Hands what was added to the kernel.
    [[nodiscard]] result<void> flush();
    [[nodiscard]] result<void> sync();

    /// Names of the reject files that have rows, sorted.
    [[nodiscard]] std::vector<std::string> rejects() const;

private:
    struct open_file {
        std::unique_ptr<append_file> file; // made at its first flush
        std::string unwritten;
    };

    void add_problem(const settled_row& row);
    open_file& named(const std::string& name, std::string_view first_line);

    disk* on_;
    std::string folder_;
    bool keep_responses_;
    std::vector<input_shape> inputs_;
    std::map<std::string, open_file> files_;
};

/// `invalid.csv`; `invalid-2.csv` for the second input. Empty for outcomes that have no file.
[[nodiscard]] std::string reject_name(outcome o, std::size_t file, std::string_view extension);

/// Appends one CSV cell, quoted where it has to be.
void append_csv_cell(std::string& out, std::string_view text);

} // namespace noteload::ledger
