#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "noteload/error.hpp"

namespace noteload::source {

/// Reads pieces of a file again by their place: the original bytes of records that a log names. One
/// thread.
class byte_ranges {
public:
    /// Fails with `errc::input` where the file cannot be opened.
    [[nodiscard]] static result<byte_ranges> open(const std::string& path);

    byte_ranges(byte_ranges&& other) noexcept;
    byte_ranges& operator=(byte_ranges&&) = delete;
    ~byte_ranges();

    /// The `size` bytes from `byte` on, in `into`; fails with `errc::changed` where the file is
    /// shorter than that.
    [[nodiscard]] result<void> read(std::uint64_t byte, std::size_t size, std::string& into) const;

private:
    byte_ranges(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

    int fd_;
    std::string path_;
};

} // namespace noteload::source
