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
    /// `whole`: bytes that are whole lines, but perhaps for the last one's newline; what is behind
    /// is not looked at.
    [[nodiscard]] static result<line_reader> open(
        const std::string& path, std::optional<std::uint64_t> whole = std::nullopt);

    line_reader(line_reader&& other) noexcept;
    line_reader& operator=(line_reader&&) = delete;
    ~line_reader();

    /// The next line, without its newline and valid until the next call; nothing at the end. Of a
    /// file that is read without a bound, what has no newline at its end is not given.
    [[nodiscard]] result<std::optional<std::string_view>> next();

private:
    line_reader(int fd, std::string path, std::optional<std::uint64_t> whole);
    /// False at the end.
    [[nodiscard]] result<bool> read_more();
    /// What is left at the end.
    [[nodiscard]] std::optional<std::string_view> last_line();

    int fd_;
    std::string path_;
    bool is_whole_;
    std::uint64_t left_;
    std::string bytes_;
    std::size_t begin_ = 0; // of what was not given yet, in bytes_
};

} // namespace noteload::ledger
