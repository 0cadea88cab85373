#include "noteload/ledger/told_rows.hpp"

#include "noteload/ledger/log_lines.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <variant>
#include <vector>

namespace noteload::ledger {

namespace {

constexpr std::size_t piece_size = 64 * 1024;

/// Reads lines wherever they stand; those that are near each other in one go.
class line_finder {
public:
    explicit line_finder(const std::string& path)
        : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    line_finder(const line_finder&) = delete;
    line_finder& operator=(const line_finder&) = delete;
    ~line_finder() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }

    /// The line that begins at `byte`, valid until the next call. The last one may lack its
    /// newline.
    result<std::string_view> at(std::uint64_t byte) {
        for (std::size_t wanted = piece_size;; wanted *= 2) {
            if (byte >= begin_ && byte - begin_ < held_.size()) {
                const auto from = static_cast<std::size_t>(byte - begin_);
                const auto end = held_.find('\n', from);
                if (end != std::string::npos) {
                    return std::string_view(held_).substr(from, end - from);
                }
            }
            const auto more = read(byte, wanted);
            if (!more) {
                return more.error();
            }
            if (!*more && byte - begin_ < held_.size()) {
                return std::string_view(held_).substr(static_cast<std::size_t>(byte - begin_));
            }
            if (!*more) {
                return failure{errc::changed, fmt::format("{}: changed while it was read", path_)};
            }
        }
    }

private:
    /// False where there is no more than is held.
    result<bool> read(std::uint64_t byte, std::size_t wanted) {
        const auto had = begin_ == byte ? held_.size() : 0;
        held_.resize(wanted);
        begin_ = byte;
        ssize_t n = 0;
        do {
            n = ::pread(fd_, held_.data(), wanted, static_cast<off_t>(byte));
        } while (n < 0 && errno == EINTR);
        if (n < 0) {
            return failure{errc::input, fmt::format("{}: {}", path_, std::strerror(errno))};
        }
        held_.resize(static_cast<std::size_t>(n));
        return held_.size() > had;
    }

    const std::string& path_;
    int fd_;
    std::string held_;
    std::uint64_t begin_ = 0; // of `held_` in the file
};

result<void> for_each_line(const std::string& path, const std::vector<std::uint64_t>& bytes,
                           const std::function<void(const row_line&)>& each) {
    line_finder lines(path);
    any_form_reader forms;
    for (const auto byte : bytes) {
        const auto line = lines.at(byte);
        if (!line) {
            return line.error();
        }
        const auto what = forms.read(*line);
        const auto* row = std::get_if<row_line>(&what);
        if (row == nullptr) {
            return failure{errc::changed, fmt::format("{}: changed while it was read", path)};
        }
        each(*row);
    }
    return {};
}

} // namespace

result<void> for_each_told(const std::string& log_path, const recovered_run& run,
                           const std::function<void(const row_line&)>& each) {
    // How many lines are still to come of each row that has several.
    std::unordered_map<std::uint64_t, std::uint64_t> lines_of;
    if (!run.superseded.empty()) {
        const auto counted = for_each_line(log_path, run.told_at, [&](const row_line& line) {
            if (run.superseded.contains(line.row)) {
                ++lines_of[line.row];
            }
        });
        if (!counted) {
            return counted;
        }
    }
    return for_each_line(log_path, run.told_at, [&](const row_line& line) {
        const auto left = lines_of.find(line.row);
        const bool is_last = left == lines_of.end() || --left->second == 0;
        if (is_last && run.rows.of(line.row) == line.what) {
            each(line);
        }
    });
}

} // namespace noteload::ledger
