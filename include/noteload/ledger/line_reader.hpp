#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/error.hpp"

namespace noteload::ledger {

/// Reads a file line by line, a megabyte at a time. `errc::input` where it cannot be read.
class line_reader {
public:
    /// `most`: bytes to read; what is behind is not looked at.
    [[nodiscard]] static result<line_reader> open(
        const std::string& path, std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

    line_reader(line_reader&& other) noexcept;
    line_reader& operator=(line_reader&&) = delete;
    ~line_reader();

    /// The next line, without its newline and valid until the next call; nothing at the end. What
    /// has no newline at the file's end never was a whole line and is not given.
    [[nodiscard]] result<std::optional<std::string_view>> next();

private:
    line_reader(int fd, std::string path, std::uint64_t most);
    /// False at the end.
    [[nodiscard]] result<bool> read_more();

    int fd_;
    std::string path_;
    std::uint64_t left_;
    std::string bytes_;
    std::size_t begin_ = 0; // of what was not given yet, in bytes_
};

} // namespace noteload::ledger
