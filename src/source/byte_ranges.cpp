#include "noteload/source/byte_ranges.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "noteload/source/originals.hpp"

namespace noteload::source {

result<byte_ranges> byte_ranges::open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return failure{errc::input,
                       fmt::format("{}: cannot be opened: {}", path, std::strerror(errno))};
    }
    return byte_ranges(fd, path);
}

result<byte_ranges> byte_ranges::gather(const input& from, const reading_options& options,
                                        std::vector<place> places) {
    std::error_code error;
    auto name = (std::filesystem::temp_directory_path(error) / "noteload-XXXXXX").string();
    const int fd = error ? -1 : ::mkstemp(name.data());
    if (fd < 0) {
        return failure{errc::disk, fmt::format("{}: a temporary file cannot be made: {}", name,
                                               std::strerror(errno))};
    }
    ::unlink(name.c_str());
    byte_ranges ranges(fd, from.name);
    ranges.is_gathered_ = true;
    const auto earlier = [](const place& a, const place& b) { return a.byte < b.byte; };
    std::sort(places.begin(), places.end(), earlier);
    if (auto done = ranges.take(from, options, places); !done) {
        return done.error();
    }
    return ranges;
}

result<void> byte_ranges::take(const input& from, const reading_options& options,
                               const std::vector<place>& places) {
    std::uint64_t at = 0;
    return read_originals(
        from, options, places, [&](std::size_t nth, std::string_view bytes) -> result<void> {
            found_.push_back({places[nth].byte, at, bytes.size()});
            at += bytes.size();
            while (!bytes.empty()) {
                const auto n = ::write(fd_, bytes.data(), bytes.size());
                if (n < 0 && errno != EINTR) {
                    return failure{errc::disk, fmt::format("a temporary file cannot be "
                                                           "written: {}",
                                                           std::strerror(errno))};
                }
                bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
            }
            return {};
        });
}

byte_ranges::byte_ranges(byte_ranges&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      is_gathered_(other.is_gathered_),
      found_(std::move(other.found_)) {}

byte_ranges::~byte_ranges() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

result<void> byte_ranges::read(std::uint64_t byte, std::size_t size, std::string& into) const {
    if (is_gathered_) {
        const auto found =
            std::lower_bound(found_.begin(), found_.end(), byte,
                             [](const gathered& g, std::uint64_t b) { return g.byte < b; });
        if (found == found_.end() || found->byte != byte) {
            return failure{errc::bug, fmt::format("{}: nobody asked for byte {}", path_, byte)};
        }
        byte = found->at;
        size = found->size;
    }
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
