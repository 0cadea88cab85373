#include "noteload/run/retelling.hpp"

#include "noteload/source/byte_ranges.hpp"

#include <algorithm>
#include <optional>

namespace noteload::run {

namespace {

/// Bytes of problems that gather before they go to the disk.
constexpr std::uint64_t flush_every = 4096;

class teller {
public:
    teller(const ledger::recovered_run& run, std::size_t max_record, ledger::side_files& into)
        : run_(run), max_record_(max_record), into_(into) {}

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

    result<report::summary> end() {
        if (auto done = into_.flush(); !done) {
            return done.error();
        }
        summary_.set_read(rows_);
        return std::move(summary_);
    }

private:
    result<void> read_record(const place& at) {
        if (!open_ || open_file_ != at.file) {
            auto file = source::byte_ranges::open(run_.header.inputs.at(at.file).path);
            if (!file) {
                return file.error();
            }
            open_.emplace(std::move(*file));
            open_file_ = at.file;
        }
        return open_->read(at.byte, std::min<std::uint64_t>(at.size, max_record_), record_);
    }

    const ledger::recovered_run& run_;
    std::size_t max_record_;
    ledger::side_files& into_;
    report::summary summary_;
    std::uint64_t rows_ = 0;
    std::optional<source::byte_ranges> open_;
    std::uint32_t open_file_ = 0;
    std::string record_;
};

} // namespace

result<report::summary> retell(const std::string& log_path, const ledger::recovered_run& run,
                               std::size_t max_record, const row_choice& chosen,
                               ledger::side_files& into) {
    teller tell(run, max_record, into);
    result<void> failed;
    const auto done = ledger::for_each_last(log_path, run, [&](const ledger::row_line& line) {
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
    return tell.end();
}

} // namespace noteload::run
