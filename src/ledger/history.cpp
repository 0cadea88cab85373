#include "noteload/ledger/history.hpp"

#include "noteload/ledger/log_lines.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace noteload::ledger {

namespace {

namespace fs = std::filesystem;

bool written_since(const fs::path& log, std::chrono::system_clock::time_point since) {
    struct stat found {};
    return ::stat(log.c_str(), &found) == 0 &&
           found.st_mtime >= std::chrono::system_clock::to_time_t(since);
}

/// Note ids mean something on one server and in one organisation only: a rehearsal in the sandbox
/// has the numbers 1, 2, 3 too.
bool is_of_same_server(const std::string& first_line, const fs::path& log, const log_header& own) {
    const auto header = read_header(first_line, log.string());
    return header && header->base_url == own.base_url && header->organization == own.organization;
}

} // namespace

std::vector<std::int64_t> claimed_by_others(const std::string& own_folder,
                                            const log_header& own_run,
                                            const std::vector<std::int64_t>& note_ids,
                                            std::chrono::system_clock::time_point since) {
    std::vector<std::int64_t> claimed;
    std::error_code error;
    const auto own = fs::weakly_canonical(own_folder, error);
    for (const auto& run : fs::directory_iterator(own.parent_path(), error)) {
        const auto log = run.path() / "log.jsonl";
        if (run.path() == own || !written_since(log, since)) {
            continue;
        }
        std::ifstream in(log);
        std::string line;
        if (!std::getline(in, line) || !is_of_same_server(line, log, own_run)) {
            continue;
        }
        while (std::getline(in, line)) {
            const auto what = read_line(line);
            const auto* row = std::get_if<row_line>(&what);
            if (row != nullptr && row->note_id != 0 &&
                std::find(note_ids.begin(), note_ids.end(), row->note_id) != note_ids.end()) {
                claimed.push_back(row->note_id);
            }
        }
    }
    return claimed;
}

} // namespace noteload::ledger
