#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace noteload::source {

inline constexpr std::string_view utf8_name = "UTF-8";

struct encoding_choice {
    enum class by : std::uint8_t { option, mark, validity, looking };

    std::string name{utf8_name}; ///< one that ICU knows
    by how = by::validity;

    friend bool operator==(const encoding_choice&, const encoding_choice&) = default;
};

/// `by --encoding`, `by its byte order mark`, `it is valid`, `by its looks`
[[nodiscard]] std::string_view to_words(encoding_choice::by how) noexcept;

/// The encoding of an input that begins with `first`. Half a character at its end counts as a whole
/// one, for more may follow, or the input was cut off there. In order:
///
/// 1. a byte order mark: UTF-8, UTF-16 or UTF-32;
/// 2. zeros where Western text in UTF-32 or UTF-16 has them;
/// 3. valid UTF-8: that;
/// 4. UTF-8 with wrong bytes here and there: where no more bytes are wrong than characters of
///    several bytes are right, or where a wrong byte is none that Western text has (0xFF and what
///    Windows-1252 leaves undefined). So one broken row does not change how a file is read;
/// 5. Windows-1252.
[[nodiscard]] encoding_choice look_at_encoding(std::string_view first);

/// Whether all are ASCII but NUL: then more bytes may lead to another result.
[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

/// What `--encoding NAME` means for that input: the order of the bytes of `UTF-16` and `UTF-32` is
/// looked for, little endian where nothing tells. Nothing for a name that ICU does not know.
[[nodiscard]] std::optional<std::string> encoding_named(const std::string& name,
                                                        std::string_view first);

/// Whether ICU has a converter of that name, in any spelling.
[[nodiscard]] bool is_encoding(const std::string& name);

} // namespace noteload::source
