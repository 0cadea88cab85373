#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "noteload/run/undo.hpp"

namespace noteload::cli {

/// Whether there is a person to ask: standard input and standard error are a terminal.
[[nodiscard]] bool can_ask() noexcept;

/// Shows `question` and reads a line from the terminal: `yes`, in any case, is a yes, and anything
/// else a no. SIGINT and SIGTERM interrupt it.
[[nodiscard]] run::consent ask(std::string_view question);

/// A line from the terminal, trimmed; nothing: a signal interrupted it.
[[nodiscard]] std::optional<std::string> ask_text(std::string_view question);
/// The same as it was typed, and without showing it.
[[nodiscard]] std::optional<std::string> ask_secret(std::string_view question);

} // namespace noteload::cli
