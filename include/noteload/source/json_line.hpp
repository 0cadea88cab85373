#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/reason.hpp"
#include "noteload/record.hpp"

namespace noteload::source {

/// The door to simdjson: one JSON text, checked to its last byte, and the fields that are wanted.
/// Numbers stay as they are written, so that integers are exact however large. One thread at a
/// time.
class json_line {
public:
    static constexpr std::size_t padding = 64; ///< readable bytes behind a text
    static constexpr int max_depth = 1024;     ///< deeper nesting is `bad_json`

    /// Field names are compared without case and surrounding blanks. A name that begins with `/` is
    /// a JSON Pointer (RFC 6901) to a field inside: `/contact/id`, `/tags/0`, with `~1` for a slash
    /// and `~0` for a tilde in a name.
    explicit json_line(std::span<const std::string> wanted);
    ~json_line();

    /// Lines that have `size` bytes together, at most, will be read. Cells of lines before become
    /// invalid.
    void begin(std::size_t size);

    /// Reads `text`, behind which `padding` bytes are readable. `cells` (one for each wanted field)
    /// are views into `text` or into this object, valid until `begin`. What is wrong is appended to
    /// `faults`; then the cells mean nothing.
    void read(std::string_view text, std::span<cell> cells, std::vector<fault>& faults);

private:
    struct door;
    std::unique_ptr<door> door_;
};

} // namespace noteload::source
