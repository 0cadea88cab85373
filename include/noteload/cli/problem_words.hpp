#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "noteload/report/summary.hpp"
#include "noteload/run/import.hpp"

namespace noteload::cli {

/// What a terminal of 80 columns shows; wider lines are not for reading.
inline constexpr std::size_t usual_width = 79;

/// A text in lines of `width` at most (but for a longer word), each `indent` columns in.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent,
                                  std::size_t width = usual_width);

/// Problems grouped by reason, each with its rows, the first places as `file:line` and an example;
/// empty where there are none. `inputs`: the files' names by index.
[[nodiscard]] std::string problem_words(const report::summary& s,
                                        const std::vector<std::string>& inputs,
                                        std::size_t width = usual_width);

/// What the mapping changed, one thing a paragraph with the first places; empty where it changed
/// nothing.
[[nodiscard]] std::string notice_words(const std::vector<mapping::told_notice>& noticed,
                                       const std::vector<std::string>& inputs);

/// `notes.csv:7, notes.csv:9, ...`: the first places of so many rows.
[[nodiscard]] std::string places(const std::vector<place>& first, std::uint64_t rows,
                                 const std::vector<std::string>& inputs);

/// `a, b, c`, printable; the first hundred.
[[nodiscard]] std::string list_of(const std::vector<std::string>& names);

} // namespace noteload::cli
