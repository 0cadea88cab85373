#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "noteload/cli/arguments.hpp"

// Values of options that several commands have, or what is wrong with them.

namespace noteload::cli {

[[nodiscard]] failure bad(std::string_view option, std::string_view value,
                          std::string_view expected);

[[nodiscard]] result<progress_style> progress_of(const std::string& text);
/// 0 for `auto`.
[[nodiscard]] result<int> concurrency_of(const std::string& text);
[[nodiscard]] result<delivery::rate> rate_of(const std::string& text);
/// Only `--grace` may be nothing.
[[nodiscard]] result<std::chrono::milliseconds> time_of(std::string_view option,
                                                        const std::string& text);

} // namespace noteload::cli
