#include "noteload/run/retelling.hpp"

#include "noteload/ledger/told_rows.hpp"
#include "noteload/source/byte_ranges.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace noteload::run {

namespace {

/// Bytes of problems that gather before they go to the disk.
constexpr std::uint64_t flush_every = 4096;

class teller {
public:
    teller(const std::vector<told_input>& inputs, ledger::side_files& into)
        : inputs_(inputs), places_(inputs.size()), into_(into) {}

    /// Before anything is taken: what will be read of inputs that are read from the front alone.
    void announce(const ledger::row_line& line) {
        const auto row = ledger::settled(line);
        if (has_reject(row.what) && !inputs_.at(row.at.file).as_stored) {
            places_[row.at.file].push_back(row.at);
        }
    }

    result<void> take(const ledger::row_line& line) {
        const auto row = ledger::settled(line);
        summary_.add(row);
        ++rows_;
        record_.clear();
        if (has_reject(row.what)) {
            if (auto done = read_record(row.at); !done) {
                return done;
            }
        }
        into_.add(row, record_, "");
        return rows_ % flush_every == 0 ? into_.flush() : result<void>();
    }

    /// Rows of which there is nothing to tell but that they were created.
    void count_created(std::uint64_t rows) {
        row_counts counts;
        counts[outcome::created] = rows;
        summary_.add(counts);
        rows_ += rows;
    }

    result<report::summary> end() {
        if (auto done = into_.flush(); !done) {
            return done.error();
        }
        summary_.set_read(rows_);
        return std::move(summary_);
    }

private:
    result<void> read_record(const place& at) {
        const auto& in = inputs_.at(at.file);
        auto& open = in.as_stored ? stored_ : gathered_[at.file];
        if (!open || (in.as_stored && stored_file_ != at.file)) {
            auto file = in.as_stored
                            ? source::byte_ranges::open(in.what.path)
                            : source::byte_ranges::gather(in.what, in.how, places_[at.file]);
            if (!file) {
                return file.error();
            }
            open.emplace(std::move(*file));
            stored_file_ = in.as_stored ? at.file : stored_file_;
        }
        return open->read(at.byte, std::min<std::uint64_t>(at.size, in.how.max_record), record_);
    }

    const std::vector<told_input>& inputs_;
    std::vector<std::vector<place>> places_; ///< for each input
    ledger::side_files& into_;
    report::summary summary_;
    std::uint64_t rows_ = 0;
    std::optional<source::byte_ranges> stored_; ///< the last file that was needed
    std::uint32_t stored_file_ = 0;
    std::map<std::uint32_t, std::optional<source::byte_ranges>> gathered_; ///< dear: all are kept
    std::string record_;
};

} // namespace

namespace {

std::uint64_t created_of(const ledger::row_states& rows, const row_choice& chosen) {
    std::uint64_t n = 0;
    for (std::uint64_t row = 1; row <= rows.last(); ++row) {
        n += rows.of(row) == outcome::created && chosen(row, outcome::created) ? 1 : 0;
    }
    return n;
}

} // namespace

std::vector<told_input> told_inputs(const std::vector<checked_input>& inputs,
                                    const input_options& options) {
    std::vector<told_input> told;
    for (const auto& in : inputs) {
        told.push_back({in.what, reading_of(in, options, {}), in.facts.as_stored});
    }
    return told;
}

result<report::summary> retell(const std::string& log_path, const ledger::recovered_run& run,
                               const std::vector<told_input>& inputs, const row_choice& chosen,
                               ledger::side_files& into) {
    teller tell(inputs, into);
    const bool all_stored = std::all_of(inputs.begin(), inputs.end(),
                                        [](const told_input& in) { return in.as_stored; });
    if (!all_stored) {
        const auto announced =
            ledger::for_each_told(log_path, run, [&](const ledger::row_line& line) {
                if (chosen(line.row, line.what)) {
                    tell.announce(line);
                }
            });
        if (!announced) {
            return announced.error();
        }
    }
    result<void> failed;
    const auto done = ledger::for_each_told(log_path, run, [&](const ledger::row_line& line) {
        if (failed && chosen(line.row, line.what)) {
            failed = tell.take(line);
        }
    });
    if (!done) {
        return done.error();
    }
    if (!failed) {
        return failed.error();
    }
    tell.count_created(created_of(run.rows, chosen));
    return tell.end();
}

} // namespace noteload::run
