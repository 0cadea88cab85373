#include "noteload/ledger/run_folder.hpp"

#include "noteload/shell_word.hpp"
#include "noteload/text.hpp"

#include <date/date.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace noteload::ledger {

namespace {

std::string who_holds(int fd) {
    std::array<char, 128> text{};
    const auto n = ::pread(fd, text.data(), text.size(), 0);
    return n > 0 ? printable(trimmed({text.data(), static_cast<std::size_t>(n)}))
                 : std::string("another process");
}

/// Of a folder that is not taken yet, the way out that a run of one's own does not have.
failure or_another(failure why) {
    if (why.code == errc::run_folder) {
        why.message += ", or choose another with --run-dir";
    }
    return why;
}

} // namespace

/// flock(2) goes with the process however it ends, so a crash leaves no stale lock behind; the
/// text in the file is for people.
class run_folder::lock {
public:
    static result<std::unique_ptr<lock>> take(const std::string& folder) {
        const auto path = folder + "/lock";
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (fd < 0) {
            const int why = errno;
            return failure{
                why == ENOSPC ? errc::disk : errc::run_folder,
                fmt::format("cannot write in the run folder {}: {}", folder, std::strerror(why))};
        }
        auto held = std::unique_ptr<lock>(new lock(fd, path));
        if (::flock(fd, LOCK_EX | LOCK_NB) != 0 || !held->is_the_one_there()) {
            held->path_.clear();
            return failure{errc::run_folder,
                           fmt::format("the run folder {} is in use by {}: wait for it to end",
                                       folder, who_holds(fd))};
        }
        held->sign();
        return held;
    }

    lock(const lock&) = delete;
    lock& operator=(const lock&) = delete;
    ~lock() {
        if (!path_.empty()) {
            ::unlink(path_.c_str());
        }
        ::close(fd_);
    }

private:
    lock(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

    /// Another process may have removed the file between our open and our flock.
    [[nodiscard]] bool is_the_one_there() const {
        struct stat ours {};
        struct stat there {};
        return ::fstat(fd_, &ours) == 0 && ::stat(path_.c_str(), &there) == 0 &&
               ours.st_ino == there.st_ino;
    }

    void sign() const {
        std::array<char, 65> host{};
        ::gethostname(host.data(), host.size() - 1);
        const auto text = fmt::format("process {} on {}\n", ::getpid(), host.data());
        // Only for people who find the folder in use: a full disk must not matter here.
        [[maybe_unused]] const auto n = ::pwrite(fd_, text.data(), text.size(), 0);
        [[maybe_unused]] const auto cut = ::ftruncate(fd_, static_cast<off_t>(text.size()));
    }

    int fd_;
    std::string path_; // empty: not ours to remove
};

/// The lock is held for a moment, shared, where nobody has it: who wants it then has to ask again.
bool run_folder::is_in_use(const std::string& folder) {
    const int fd = ::open((folder + "/lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    const bool is_held = ::flock(fd, LOCK_SH | LOCK_NB) != 0;
    ::close(fd);
    return is_held;
}

run_folder::run_folder(disk& on, std::string path, bool made, std::unique_ptr<lock> held)
    : on_(&on), path_(std::move(path)), made_(made), held_(std::move(held)) {}

run_folder::run_folder(run_folder&&) noexcept = default;
run_folder& run_folder::operator=(run_folder&&) noexcept = default;

run_folder::~run_folder() {
    if (held_ == nullptr) {
        return;
    }
    held_.reset();
    if (made_) {
        on_->remove(path_);
    }
}

result<run_folder> run_folder::make(disk& on, const std::string& named) {
    const auto path = without_slashes(named);
    auto made = on.make_folder(path);
    if (!made) {
        return or_another(made.error());
    }
    auto held = lock::take(path);
    if (!held) {
        if (*made) {
            on.remove(path);
        }
        return or_another(held.error());
    }
    if (on.exists(path + "/log.jsonl")) {
        return failure{errc::run_folder,
                       fmt::format("the run folder {} already holds a run: go on with it by "
                                   "`noteload resume {}`, or choose another with --run-dir",
                                   path, shell_path(path))};
    }
    return run_folder(on, path, *made, std::move(*held));
}

namespace {

/// The run's folder of a name; who names the log means its run.
result<std::string> folder_of_run(disk& on, const std::string& named) {
    auto path = without_slashes(named);
    constexpr std::string_view log_name = "/log.jsonl";
    if (path.ends_with(log_name) && on.exists(path)) {
        path.resize(path.size() - log_name.size());
    }
    if (!on.exists(path + "/log.jsonl")) {
        return failure{errc::run_folder,
                       on.exists(path)
                           ? fmt::format("{} holds no log.jsonl: it is not the folder of a run",
                                         printable(path, 300))
                           : fmt::format("there is no run folder {}: it holds no log.jsonl",
                                         printable(path, 300))};
    }
    return path;
}

} // namespace

result<void> run_folder::is_run(disk& on, const std::string& named) {
    const auto path = folder_of_run(on, named);
    return path ? result<void>() : path.error();
}

result<run_folder> run_folder::take(disk& on, const std::string& named) {
    const auto path = folder_of_run(on, named);
    if (!path) {
        return path.error();
    }
    auto held = lock::take(*path);
    if (!held) {
        return held.error();
    }
    return run_folder(on, *path, false, std::move(*held));
}

result<std::unique_ptr<append_file>> run_folder::reopen_log(std::uint64_t good_bytes,
                                                            bool lacks_newline) {
    auto log = on_->reopen(file("log.jsonl"), good_bytes);
    if (log && lacks_newline) {
        if (auto done = (*log)->append("\n"); !done) {
            return done.error();
        }
    }
    return log;
}

result<std::unique_ptr<append_file>> run_folder::begin_log(const log_header& header) {
    const auto path = file("log.jsonl");
    std::string line;
    append_line(line, header);
    auto log = begin_whole(*on_, path, line);
    if (!log) {
        on_->remove(path);
        return log;
    }
    made_ = false;
    // The name is durable before the first mark relies on it: a mark in a file that nobody can
    // find after a power cut would be worth nothing.
    if (auto done = on_->sync_folder(folder_of(path_)); !done) {
        on_->remove(path);
        return done.error();
    }
    return log;
}

std::string run_name(const std::string& first_input,
                     std::chrono::system_clock::time_point started) {
    const auto stem = first_input == "-" ? std::string("stdin")
                                         : std::filesystem::path(first_input).stem().string();
    const auto seconds = date::floor<std::chrono::seconds>(started);
    return fmt::format("{}-{}", stem.empty() ? "notes" : stem,
                       date::format("%Y%m%dT%H%M%SZ", seconds));
}

} // namespace noteload::ledger
