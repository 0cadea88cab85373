#include "noteload/ledger/line_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace noteload::ledger {

namespace {

constexpr std::size_t piece_size = 1 << 20;

} // namespace

result<line_reader> line_reader::open(const std::string& path, std::optional<std::uint64_t> whole) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return failure{errc::input, fmt::format("{}: {}. Is this the folder of a run?", path,
                                                std::strerror(errno))};
    }
    return line_reader(fd, path, whole);
}

line_reader::line_reader(int fd, std::string path, std::optional<std::uint64_t> whole)
    : fd_(fd),
      path_(std::move(path)),
      is_whole_(whole.has_value()),
      left_(whole.value_or(std::numeric_limits<std::uint64_t>::max())) {}

line_reader::line_reader(line_reader&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      is_whole_(other.is_whole_),
      left_(other.left_),
      bytes_(std::move(other.bytes_)),
      begin_(other.begin_) {}

line_reader::~line_reader() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

result<bool> line_reader::read_more() {
    bytes_.erase(0, std::exchange(begin_, 0));
    const auto before = bytes_.size();
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, left_));
    bytes_.resize(before + wanted);
    ssize_t n = 0;
    do {
        n = ::read(fd_, bytes_.data() + before, wanted);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return failure{errc::input, fmt::format("{}: {}", path_, std::strerror(errno))};
    }
    bytes_.resize(before + static_cast<std::size_t>(n));
    left_ -= static_cast<std::uint64_t>(n);
    return n > 0;
}

result<std::optional<std::string_view>> line_reader::next() {
    for (auto from = begin_;;) {
        const auto end = bytes_.find('\n', from);
        if (end != std::string::npos) {
            const auto line = std::string_view(bytes_).substr(begin_, end - begin_);
            begin_ = end + 1;
            return std::optional(line);
        }
        from = bytes_.size() - begin_;
        const auto more = read_more();
        if (!more) {
            return more.error();
        }
        if (!*more) {
            return last_line();
        }
    }
}

std::optional<std::string_view> line_reader::last_line() {
    if (!is_whole_ || begin_ == bytes_.size()) {
        return std::nullopt;
    }
    return std::string_view(bytes_).substr(std::exchange(begin_, bytes_.size()));
}

} // namespace noteload::ledger
