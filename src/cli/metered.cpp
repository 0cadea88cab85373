#include "noteload/cli/metered.hpp"

#include "noteload/cli/exit_code.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace noteload::cli {

namespace {

constexpr auto write_every = std::chrono::seconds(5);
constexpr std::size_t largest_read = 1 << 20;

std::string read_some(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text(largest_read, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

} // namespace

metered::metered(std::string file, run::import_observer& next)
    : file_(std::move(file)), next_(next) {
    metrics_.started = std::chrono::system_clock::now();
    if (!file_.empty()) {
        metrics_.last_success = last_success_of(read_some(file_));
        write();
    }
}

void metered::write() {
    metrics_.now = std::chrono::system_clock::now();
    written_ = write_metrics(file_, metrics_text(metrics_));
    next_write_ = std::chrono::steady_clock::now() + write_every;
}

void metered::progress(const run::import_progress& p) {
    next_.progress(p);
    metrics_.at = p;
    if (!file_.empty() && std::chrono::steady_clock::now() >= next_write_) {
        write();
    }
}

void metered::quit(const std::string& folder) {
    if (!file_.empty()) {
        metrics_.exit_code = static_cast<int>(exit_code::interrupted);
        write();
    }
    next_.quit(folder);
    std::abort(); // g++ does not know of a virtual function that it never returns
}

bool metered::finish(const run::import_result& r, int code) {
    if (file_.empty()) {
        return true;
    }
    if (!r.folder.empty()) {
        metrics_.at.rows = r.summary.counts();
    }
    metrics_.at.in_flight = 0;
    metrics_.at.in_doubt = 0;
    metrics_.exit_code = code;
    write();
    return written_;
}

} // namespace noteload::cli
