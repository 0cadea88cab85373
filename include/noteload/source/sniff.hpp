#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/source/input.hpp"

namespace noteload::source {

/// How many first bytes these functions want to see.
inline constexpr std::size_t sniff_size = 4096;

/// Why a file that starts with `first` cannot be read, and what to do, as the end of a sentence
/// ("is an Excel workbook (.xlsx): open it and save ..."): spreadsheets, archives, web pages.
/// Nothing where it may be text in some encoding.
[[nodiscard]] std::optional<std::string> why_unreadable(std::string_view first);

/// The same for text that is taken for JSONL but is one JSON value over many lines.
[[nodiscard]] std::optional<std::string> why_not_jsonl(std::string_view first);

/// By the first byte that is not blank.
[[nodiscard]] file_format guess_format(std::string_view first) noexcept;

/// By the name's extension, without case; nothing where it says nothing.
[[nodiscard]] std::optional<file_format> format_of_name(std::string_view path);

} // namespace noteload::source
