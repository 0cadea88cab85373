#include "noteload/sandbox/data_dir.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

namespace noteload::sandbox {

namespace fs = std::filesystem;

namespace {

failure cannot(const char* what, const fs::path& path, int error) {
    return {errc::usage, fmt::format("cannot {} {}: {}. Give a folder that can be written with "
                                     "--dir.",
                                     what, path.string(), std::strerror(error))};
}

std::optional<std::string> contents(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(in), {});
}

bool write_all(int fd, const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        done += static_cast<std::size_t>(n);
    }
    return true;
}

} // namespace

result<data_dir> data_dir::open(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        fs::create_directories(fs::path(path).lexically_normal(), error);
        if (error) {
            return cannot("make the folder", path, error.value());
        }
        fs::permissions(path, fs::perms::owner_all, error);
    }
    if (::access(path.c_str(), W_OK | X_OK) != 0) {
        return cannot("write to the folder", path, errno);
    }
    return data_dir(path);
}

result<void> data_dir::write(const char* name, const std::string& text, bool secret) const {
    const fs::path to = file(name);
    const fs::path half = file((std::string(name) + ".new").c_str());
    ::unlink(half.c_str());
    const int fd =
        ::open(half.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secret ? 0600 : 0644);
    if (fd < 0) {
        return cannot("write", to, errno);
    }
    const bool written = write_all(fd, text);
    const int error = errno;
    if (::close(fd) != 0 || !written) {
        ::unlink(half.c_str());
        return cannot("write", to, written ? errno : error);
    }
    if (::rename(half.c_str(), to.c_str()) != 0) {
        return cannot("write", to, errno);
    }
    return {};
}

void data_dir::remove(const char* name) const noexcept {
    ::unlink(file(name).c_str());
}

result<identity> data_dir::authority() const {
    const auto certificate = contents(file("ca.pem"));
    const auto key = contents(file("ca-key.pem"));
    if (certificate && key) {
        identity found{*certificate, *key};
        if (belong_together(found)) {
            return found;
        }
        return failure{
            errc::usage,
            fmt::format("{} and ca-key.pem do not belong together. Remove both: new ones "
                        "are made at the next start.",
                        file("ca.pem").string())};
    }
    identity made = make_authority();
    // The key first: a certificate without its key would be no use after a crash.
    if (const auto written = write("ca-key.pem", made.key, true); !written) {
        return written.error();
    }
    if (const auto written = write("ca.pem", made.certificate, false); !written) {
        return written.error();
    }
    return made;
}

} // namespace noteload::sandbox
