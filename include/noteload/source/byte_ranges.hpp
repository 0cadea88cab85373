#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "noteload/error.hpp"
#include "noteload/source/record_reader.hpp"

namespace noteload::source {

/// Reads the original bytes of records again by their places, in any order: those that a log names.
/// One thread.
class byte_ranges {
public:
    /// Of a file that is read as it is stored. Fails with `errc::input` where it cannot be opened.
    [[nodiscard]] static result<byte_ranges> open(const std::string& path);

    /// Of an input that is packed or converted: reads it once and gathers the bytes of the records
    /// at `places`, the only ones that can be asked for, in a temporary file without a name.
    /// Memory: 24 bytes a place.
    [[nodiscard]] static result<byte_ranges> gather(const input& from,
                                                    const reading_options& options,
                                                    std::vector<place> places);

    byte_ranges(byte_ranges&& other) noexcept;
    byte_ranges& operator=(byte_ranges&&) = delete;
    ~byte_ranges();

    /// The bytes of the record that has `size` from `byte` on, in `into`; fails with
    /// `errc::changed` where the input is shorter than that.
    [[nodiscard]] result<void> read(std::uint64_t byte, std::size_t size, std::string& into) const;

private:
    /// Where a record's bytes are in the temporary file.
    struct gathered {
        std::uint64_t byte = 0;
        std::uint64_t at = 0;
        std::size_t size = 0;
    };

    byte_ranges(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

    result<void> take(const input& from, const reading_options& options,
                      const std::vector<place>& places);

    int fd_;
    std::string path_;
    bool is_gathered_ = false;
    std::vector<gathered> found_;
};

} // namespace noteload::source
