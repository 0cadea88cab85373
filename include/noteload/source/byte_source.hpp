#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "noteload/error.hpp"
#include "noteload/source/input.hpp"

namespace noteload::source {

/// Where bytes come from: a file, a pipe, or a test that cuts them wherever it likes. Readers know
/// no other I/O; decompression and character encodings are layers with this interface, whose bytes
/// are those that come out of them. One thread at a time.
class byte_source {
public:
    virtual ~byte_source() = default;

    /// Waits for at least one byte and returns how many of the `size` (1 or more) arrived; 0 at the
    /// end. Fewer than asked is no sign of the end: a pipe hands over what it has.
    [[nodiscard]] virtual result<std::size_t> read(char* into, std::size_t size) = 0;

    /// Goes to `byte`; fails with `errc::input` where the input cannot (a pipe). A layer starts its
    /// input again and reads up to there.
    [[nodiscard]] virtual result<void> seek(std::uint64_t byte) = 0;

    /// Whether `read` would return within a moment (a quarter of a second); false for a pipe whose
    /// writer rests. Who looks at the first part of an input waits no longer for more of it.
    [[nodiscard]] virtual bool soon() { return true; }

    /// After the end: the input stopped in the middle of compressed data, so that more was there.
    [[nodiscard]] virtual bool was_cut() const { return false; }
};

/// Opens the file, or takes standard input (which stays open when the source ends). Interrupted
/// reads (EINTR) go on; failures say the input's name and the system's reason. Where `stop_fd` is
/// not negative, waiting for a pipe ends with a failure when it becomes readable: a run that stops
/// must not wait for somebody to type.
[[nodiscard]] result<std::unique_ptr<byte_source>> open_source(const input& from, int stop_fd = -1);

} // namespace noteload::source
