#include "noteload/ledger/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace noteload::ledger {

namespace {

failure disk_failure(std::string_view what, const std::string& path, int error) {
    constexpr std::array refusals = {EACCES, EPERM, EROFS, ENOTDIR, EEXIST, EISDIR, ENOENT, ELOOP};
    const bool refused = std::find(refusals.begin(), refusals.end(), error) != refusals.end();
    const auto* hint = error == ENOSPC || error == EDQUOT ? ": make room there"
                       : refused                          ? ": make it writable"
                                                          : "";
    return {refused ? errc::run_folder : errc::disk,
            fmt::format("cannot {} {}: {}{}", what, path, std::strerror(error), hint)};
}

/// A file that is made as `x.new` gets its name by rename: messages tell of that one.
std::string lasting_name(const std::string& path) {
    constexpr std::string_view suffix = ".new";
    return path.ends_with(suffix) ? path.substr(0, path.size() - suffix.size()) : path;
}

class real_file final : public append_file {
public:
    real_file(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
    real_file(const real_file&) = delete;
    real_file& operator=(const real_file&) = delete;
    ~real_file() override { ::close(fd_); }

    result<void> append(std::string_view bytes) override {
        while (!bytes.empty()) {
            const auto n = ::write(fd_, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) {
                continue;
            }
            if (n < 0) {
                return disk_failure("write to", path_, errno);
            }
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return {};
    }

    result<void> sync() override {
        if (::fdatasync(fd_) != 0) {
            return disk_failure("sync", path_, errno);
        }
        return {};
    }

private:
    int fd_;
    std::string path_;
};

class system_disk final : public disk {
public:
    result<std::unique_ptr<append_file>> create(const std::string& path) override {
        const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
                              S_IRUSR | S_IWUSR);
        if (fd < 0) {
            return disk_failure("make", path, errno);
        }
        return std::unique_ptr<append_file>(std::make_unique<real_file>(fd, lasting_name(path)));
    }

    result<std::unique_ptr<append_file>> reopen(const std::string& path,
                                                std::uint64_t size) override {
        const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
        if (fd < 0) {
            return disk_failure("open", path, errno);
        }
        auto file = std::make_unique<real_file>(fd, path);
        if (::ftruncate(fd, static_cast<off_t>(size)) != 0) {
            return disk_failure("cut", path, errno);
        }
        return std::unique_ptr<append_file>(std::move(file));
    }

    result<std::uint64_t> whole_lines(const std::string& path) override {
        std::ifstream in(path, std::ios::binary | std::ios::ate);
        if (!in) {
            return disk_failure("open", path, errno);
        }
        std::string block;
        for (auto end = static_cast<std::uint64_t>(in.tellg()); end > 0;) {
            const auto begin = end - std::min<std::uint64_t>(end, 1 << 16);
            block.resize(end - begin);
            in.seekg(static_cast<std::streamoff>(begin));
            if (!in.read(block.data(), static_cast<std::streamsize>(block.size()))) {
                return disk_failure("read", path, errno);
            }
            if (const auto at = block.rfind('\n'); at != std::string::npos) {
                return begin + at + 1;
            }
            end = begin;
        }
        return std::uint64_t{0};
    }

    result<bool> make_folder(const std::string& path) override {
        std::error_code error;
        std::filesystem::create_directories(folder_of(path), error);
        if (error) {
            return disk_failure("make the folder", folder_of(path), error.value());
        }
        if (::mkdir(path.c_str(), S_IRWXU) == 0) {
            return true;
        }
        const int why = errno;
        if (why == EEXIST && std::filesystem::is_directory(path, error)) {
            return false;
        }
        return disk_failure("make the folder", path, why);
    }

    bool exists(const std::string& path) override { return ::access(path.c_str(), F_OK) == 0; }

    result<void> rename(const std::string& from, const std::string& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) {
            return disk_failure("rename to", to, errno);
        }
        return {};
    }

    result<void> sync_folder(const std::string& path) override {
        const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) {
            return disk_failure("open the folder", path, errno);
        }
        const int why = ::fsync(fd) == 0 ? 0 : errno;
        ::close(fd);
        // Some network file systems cannot sync a folder and say so; their rename is durable.
        if (why != 0 && why != EINVAL) {
            return disk_failure("sync the folder", path, why);
        }
        return {};
    }

    void remove(const std::string& path) override {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

} // namespace

disk& real_disk() {
    static system_disk the_disk;
    return the_disk;
}

result<std::unique_ptr<append_file>> begin_whole(disk& on, const std::string& path,
                                                 std::span<const std::string_view> pieces) {
    const auto temporary = path + ".new";
    on.remove(temporary);
    auto file = on.create(temporary);
    if (!file) {
        return file.error();
    }
    result<void> done;
    for (auto piece = pieces.begin(); done && piece != pieces.end(); ++piece) {
        done = (*file)->append(*piece);
    }
    if (done) {
        done = (*file)->sync();
    }
    if (done) {
        done = on.rename(temporary, path);
    }
    if (!done) {
        on.remove(temporary);
        return done.error();
    }
    if (done = on.sync_folder(folder_of(path)); !done) {
        return done.error();
    }
    return file;
}

result<std::unique_ptr<append_file>> begin_whole(disk& on, const std::string& path,
                                                 std::string_view first_bytes) {
    return begin_whole(on, path, {&first_bytes, 1});
}

result<void> write_whole(disk& on, const std::string& path, std::string_view bytes) {
    return write_whole(on, path, {&bytes, 1});
}

result<void> write_whole(disk& on, const std::string& path,
                         std::span<const std::string_view> pieces) {
    const auto file = begin_whole(on, path, pieces);
    if (!file) {
        return file.error();
    }
    return {};
}

std::string without_slashes(std::string path) {
    while (path.size() > 1 && path.back() == '/') {
        path.pop_back();
    }
    return path;
}

std::string folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(without_slashes(path)).parent_path().string();
    return folder.empty() ? "." : folder;
}

} // namespace noteload::ledger
