#include "noteload/ledger/key_history.hpp"

#include "history_reading.hpp"
#include "noteload/ledger/key_index.hpp"
#include "noteload/ledger/log_keys.hpp"
#include "noteload/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace noteload::ledger {

namespace fs = std::filesystem;

namespace {

std::string absolute(const std::string& path) {
    std::error_code ignored;
    return without_slashes(fs::absolute(path, ignored).lexically_normal().string());
}

} // namespace

bool key_space::has(const std::string& url, const std::string& who, const std::string& key) const {
    return url == base_url && (organization.empty() || who == organization) &&
           equal_without_case(trimmed(key), trimmed(column));
}

std::string history_of(const std::string& run_folder) {
    return folder_of(absolute(run_folder));
}

/// flock(2): gone with the process, however it ends.
class key_history::lock {
public:
    static result<std::unique_ptr<lock>> take(const std::string& path) {
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (fd < 0) {
            return failure{errc::run_folder,
                           fmt::format("cannot make {}: {}", path, std::strerror(errno))};
        }
        auto held = std::unique_ptr<lock>(new lock(fd));
        int done = -1;
        do {
            done = ::flock(fd, LOCK_EX);
        } while (done != 0 && errno == EINTR);
        if (done != 0) {
            return failure{errc::run_folder,
                           fmt::format("cannot lock {}: {}", path, std::strerror(errno))};
        }
        return held;
    }
    lock(const lock&) = delete;
    lock& operator=(const lock&) = delete;
    ~lock() { ::close(fd_); }

private:
    explicit lock(int fd) : fd_(fd) {}
    int fd_;
};

key_history::key_history(disk& on, std::string folder, std::unique_ptr<lock> held)
    : on_(&on), folder_(std::move(folder)), held_(std::move(held)) {}
key_history::key_history(key_history&&) noexcept = default;
key_history& key_history::operator=(key_history&&) noexcept = default;
key_history::~key_history() = default;

result<key_history> key_history::hold(disk& on, const std::string& folder) {
    const auto path = absolute(folder);
    std::error_code ignored;
    // Not made: a history that is mistyped must not look like an empty one.
    if (!fs::is_directory(path, ignored)) {
        return failure{errc::run_folder,
                       fmt::format("there is no folder {} to read the history from: name the one "
                                   "that holds the run folders with --history",
                                   printable(path, 300))};
    }
    if (auto made = on.make_folder(indexes_of(path)); !made) {
        return made.error();
    }
    auto held = lock::take(indexes_of(path) + "/lock");
    if (!held) {
        return held.error();
    }
    return key_history(on, path, std::move(*held));
}

key_history key_history::look_at(disk& on, const std::string& folder) {
    return {on, absolute(folder), nullptr};
}

std::string key_history::path_of(const log_header& header) const {
    return indexes_of(folder_) + "/" + index_name(header);
}

result<known_keys> key_history::read(const key_space& of, const log_header* own) {
    return read_history(*on_, folder_, held_ != nullptr, of, own);
}

result<void> key_history::announce(const log_header& header, const std::string& folder) {
    return write_index(*on_, path_of(header), index_of(header, absolute(folder)), {});
}

void key_history::forget(const log_header& header) {
    on_->remove(path_of(header));
}

result<void> key_history::remember(const std::string& folder) {
    auto made = keys_of(absolute(folder));
    if (!made) {
        return made.error();
    }
    auto header = header_in(folder);
    if (!header || !*header) {
        return failure{errc::run_folder, fmt::format("{} holds no run", folder)};
    }
    return write_index(*on_, path_of(**header), std::move(made->index), made->keys);
}

} // namespace noteload::ledger
