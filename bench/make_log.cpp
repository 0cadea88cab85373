// bench_log ROWS INPUT: writes the log of a run that was killed after ROWS rows of INPUT, with the
// program's own lines, to standard output. Rows are as bench/inputs.py writes them: one line each.

#include "noteload/ledger/log_format.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

using namespace noteload;

namespace {

constexpr std::uint64_t rows_a_mark = 1000;

void flush(std::string& lines) {
    std::fwrite(lines.data(), 1, lines.size(), stdout);
    lines.clear();
}

} // namespace

int main(int count, char** arguments) {
    if (count != 4) {
        std::fputs("usage: bench_log ROWS INPUT HEADER-LINE-OF-A-REAL-LOG\n", stderr);
        return 2;
    }
    const auto rows = std::uint64_t{std::strtoul(arguments[1], nullptr, 10)};
    std::ifstream input(arguments[2], std::ios::binary);
    std::string line;
    std::getline(input, line);
    std::uint64_t byte = line.size() + 1;

    std::string lines = std::string(arguments[3]) + "\n";
    auto when = std::chrono::system_clock::now() - std::chrono::hours(1);
    for (std::uint64_t first = 1; first <= rows; first += rows_a_mark) {
        const auto last = std::min(rows, first + rows_a_mark - 1);
        std::string records;
        for (auto row = first; row <= last && std::getline(input, line); ++row) {
            records += line;
            records += '\n';
        }
        ledger::append_line(lines, ledger::sending_mark{.first = first,
                                                        .last = last,
                                                        .file = 0,
                                                        .byte = byte,
                                                        .line = first + 1,
                                                        .hash = ledger::mark_hash(records)});
        byte += records.size();
        for (auto row = first; row <= last; ++row) {
            settled_row settled;
            settled.at = {.file = 0, .row = row, .line = row + 1, .byte = 0, .size = 0};
            settled.what = outcome::created;
            settled.note_id = static_cast<std::int64_t>(900'000'000 + row);
            settled.status = 200;
            settled.attempts = 1;
            settled.took = std::chrono::milliseconds(83);
            settled.when = when;
            ledger::append_line(lines, settled);
        }
        when += std::chrono::milliseconds(20);
        flush(lines);
    }
    return 0;
}
