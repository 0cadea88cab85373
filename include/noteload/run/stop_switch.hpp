#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <system_error>

namespace noteload::run {

/// Ends the reader's waiting for a pipe (`source::reading_options::stop_fd`). Thrown once, from any
/// thread; it must outlive the readers that look at it.
class stop_switch {
public:
    stop_switch() : fd_(::eventfd(0, EFD_CLOEXEC)) {
        if (fd_ < 0) {
            throw std::system_error(errno, std::generic_category(), "eventfd");
        }
    }
    stop_switch(const stop_switch&) = delete;
    stop_switch& operator=(const stop_switch&) = delete;
    ~stop_switch() { ::close(fd_); }

    [[nodiscard]] int fd() const noexcept { return fd_; }
    void throw_it() const noexcept {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
    }

private:
    int fd_;
};

} // namespace noteload::run
