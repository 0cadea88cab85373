#pragma once

#include <string>

namespace noteload {

/// A text as one word of a shell's command: as it is where nothing in it is special, else between
/// single quotes.
[[nodiscard]] std::string shell_word(const std::string& text);

} // namespace noteload
