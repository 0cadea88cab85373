#include "noteload/ledger/other_claims.hpp"

#include "noteload/ledger/log_lines.hpp"
#include "noteload/ledger/run_folder.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace noteload::ledger {

namespace {

namespace fs = std::filesystem;

bool written_since(const fs::path& log, std::chrono::system_clock::time_point since) {
    struct stat found {};
    return ::stat(log.c_str(), &found) == 0 &&
           found.st_mtime >= std::chrono::system_clock::to_time_t(since);
}

std::string canonical(const std::string& path) {
    std::error_code error;
    const auto whole = fs::weakly_canonical(path, error);
    return error ? path : whole.string();
}

/// Note ids mean something on one server and in one organisation only: a rehearsal in the sandbox
/// has the numbers 1, 2, 3 too.
bool is_of_same_server(const log_header& other, const log_header& own) {
    return other.base_url == own.base_url && other.organization == own.organization;
}

constexpr std::chrono::milliseconds until_logged = std::chrono::seconds(5);

std::chrono::milliseconds timeout_of(const log_header& run) {
    const auto found = run.options.find("timeout_ms");
    const auto* ms =
        found == run.options.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    return ms == nullptr ? std::chrono::seconds(30) : std::chrono::milliseconds(*ms);
}

} // namespace

other_claims::other_claims(std::string history, const std::string& own_folder, log_header own_run,
                           std::chrono::system_clock::time_point since)
    : history_(std::move(history)),
      own_folder_(canonical(own_folder)),
      own_run_(std::move(own_run)),
      since_(since) {}

void other_claims::read_on() {
    std::error_code error;
    for (const auto& run : fs::directory_iterator(history_, error)) {
        const auto path = (run.path() / "log.jsonl").string();
        if (written_since(path, since_) && canonical(run.path().string()) != own_folder_) {
            read_on(path, logs_[path]);
        }
    }
}

void other_claims::read_on(const std::string& path, log& from) const {
    std::ifstream in(path, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(from.read_to));
    any_form_reader forms;
    // A line without its end is still being written.
    for (std::string line; std::getline(in, line) && !in.eof();) {
        if (std::exchange(from.read_to, from.read_to + line.size() + 1) == 0) {
            const auto header = read_header(line, path);
            from.of_same_server = header && is_of_same_server(*header, own_run_);
        }
        const auto what = from.of_same_server ? forms.read(line) : log_line();
        const auto* row = std::get_if<row_line>(&what);
        if (row != nullptr && row->note_id != 0) {
            from.ids.insert(row->note_id);
        }
    }
}

std::chrono::milliseconds other_claims::unsure_for() const {
    std::chrono::milliseconds longest{0};
    std::error_code error;
    for (const auto& run : fs::directory_iterator(history_, error)) {
        const auto folder = run.path().string();
        if (canonical(folder) == own_folder_ || !run_folder::is_in_use(folder)) {
            continue;
        }
        const auto path = folder + "/log.jsonl";
        std::string line;
        std::getline(std::ifstream(path, std::ios::binary), line);
        const auto header = read_header(line, path);
        if (header && is_of_same_server(*header, own_run_)) {
            longest = std::max(longest, timeout_of(*header) + until_logged);
        }
    }
    return longest;
}

std::vector<std::int64_t> other_claims::among(const std::vector<std::int64_t>& note_ids) {
    read_on();
    std::vector<std::int64_t> claimed;
    std::copy_if(
        note_ids.begin(), note_ids.end(), std::back_inserter(claimed), [this](std::int64_t id) {
            return std::any_of(logs_.begin(), logs_.end(),
                               [id](auto& entry) { return entry.second.ids.contains(id); });
        });
    return claimed;
}

} // namespace noteload::ledger
