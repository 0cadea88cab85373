#pragma once

#include <string>

namespace noteload {

/// A text as one word of a shell's command: as it is where nothing in it is special, else between
/// single quotes.
[[nodiscard]] std::string shell_word(const std::string& text);

/// The same for the path of a file or folder: one that begins with `-` is no option.
[[nodiscard]] std::string shell_path(const std::string& path);

} // namespace noteload
