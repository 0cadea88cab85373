#include "noteload/source/byte_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace noteload::source {

namespace {

class file_source final : public byte_source {
public:
    file_source(int fd, bool owned, std::string name, int stop_fd)
        : fd_(fd), stop_fd_(stop_fd), owned_(owned), name_(std::move(name)) {
        ::posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL); // a hint: a pipe does not take it
    }
    file_source(const file_source&) = delete;
    file_source& operator=(const file_source&) = delete;
    ~file_source() override {
        if (owned_) {
            ::close(fd_);
        }
    }

    result<std::size_t> read(char* into, std::size_t size) override {
        for (;;) {
            if (stop_fd_ >= 0 && was_stopped()) {
                return failure{errc::input, name_ + ": reading was stopped"};
            }
            const ssize_t got = ::read(fd_, into, size);
            if (got >= 0) {
                return static_cast<std::size_t>(got);
            }
            if (errno != EINTR) {
                return failed("cannot be read");
            }
        }
    }

    result<void> seek(std::uint64_t byte) override {
        if (::lseek(fd_, static_cast<off_t>(byte), SEEK_SET) < 0) {
            return failed(fmt::format("cannot go to byte {}", byte));
        }
        return {};
    }

    bool soon() override {
        constexpr int moment_ms = 250;
        std::array<pollfd, 2> both{{{.fd = fd_, .events = POLLIN, .revents = 0},
                                    {.fd = stop_fd_, .events = POLLIN, .revents = 0}}};
        return ::poll(both.data(), both.size(), moment_ms) != 0; // a file is always ready
    }

private:
    /// Waits until there is something to read, or the end, or a stop.
    [[nodiscard]] bool was_stopped() const {
        std::array<pollfd, 2> both{{{.fd = fd_, .events = POLLIN, .revents = 0},
                                    {.fd = stop_fd_, .events = POLLIN, .revents = 0}}};
        while (::poll(both.data(), both.size(), -1) < 0 && errno == EINTR) {
        }
        return both[1].revents != 0;
    }

    failure failed(std::string_view what) const {
        return {errc::input, fmt::format("{}: {}: {}", name_, what, std::strerror(errno))};
    }

    int fd_;
    int stop_fd_;
    bool owned_;
    std::string name_;
};

} // namespace

result<std::unique_ptr<byte_source>> open_source(const input& from, int stop_fd) {
    if (from.is_stdin()) {
        return std::make_unique<file_source>(STDIN_FILENO, false, from.name, stop_fd);
    }
    // A FIFO without a writer would be waited for in here, where no stop ends the waiting.
    const int fd =
        ::open(from.path.c_str(), O_RDONLY | O_CLOEXEC | (stop_fd >= 0 ? O_NONBLOCK : 0));
    if (fd >= 0 && stop_fd >= 0) {
        ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    }
    if (fd < 0) {
        return failure{errc::input,
                       fmt::format("{}: cannot be opened: {}", from.name, std::strerror(errno))};
    }
    return std::make_unique<file_source>(fd, true, from.name, stop_fd);
}

} // namespace noteload::source
