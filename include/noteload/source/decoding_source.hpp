#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "noteload/source/byte_source.hpp"

namespace noteload::source {

/// Turns an input in another encoding into UTF-8, and remembers which original bytes a record had.
/// Offsets are those of the decoded text. A sequence that the encoding does not have becomes one
/// byte 0xFF, which no UTF-8 has, so that its record alone is `bad_encoding`; a byte order mark is
/// decoded like any character.
class decoding_source final : public byte_source {
public:
    /// Written for a separator that is no ASCII character; the framer separates by bytes.
    static constexpr char stand_in = '\x1F';

    struct options {
        std::string encoding;      ///< one that ICU knows, with the order of its bytes
        char32_t separator = 0;    ///< the character for which `stand_in` is written; 0: none
        std::size_t most_held = 0; ///< original bytes that are remembered
    };

    decoding_source(std::unique_ptr<byte_source> from, options o);
    ~decoding_source() override;

    result<std::size_t> read(char* into, std::size_t size) override;
    result<void> seek(std::uint64_t byte) override;
    bool soon() override;
    bool was_cut() const override;

    /// The original bytes of the record at `byte`, which was read from here. Records are asked for
    /// in ascending order; each begins and ends at a line end or at an end of the input. Valid
    /// until the next call of any function. Nothing where they are forgotten (of more than
    /// `most_held` bytes without a record).
    [[nodiscard]] std::optional<std::string_view> original(std::uint64_t byte, std::uint64_t size);

    /// Text in the input's encoding.
    [[nodiscard]] std::string encoded(std::string_view utf8) const;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace noteload::source
