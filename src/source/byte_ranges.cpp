#include "noteload/source/byte_ranges.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace noteload::source {

result<byte_ranges> byte_ranges::open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return failure{errc::input,
                       fmt::format("{}: cannot be opened: {}", path, std::strerror(errno))};
    }
    return byte_ranges(fd, path);
}

byte_ranges::byte_ranges(byte_ranges&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

byte_ranges::~byte_ranges() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

result<void> byte_ranges::read(std::uint64_t byte, std::size_t size, std::string& into) const {
    into.resize(size);
    for (std::size_t have = 0; have < size;) {
        const auto n =
            ::pread(fd_, into.data() + have, size - have, static_cast<off_t>(byte + have));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return failure{errc::input,
                           fmt::format("{}: cannot be read: {}", path_, std::strerror(errno))};
        }
        if (n == 0) {
            return failure{errc::changed,
                           fmt::format("{}: is shorter than when the run began", path_)};
        }
        have += static_cast<std::size_t>(n);
    }
    return {};
}

} // namespace noteload::source
