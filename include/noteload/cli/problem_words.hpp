#pragma once

#include <string>
#include <vector>

#include "noteload/report/summary.hpp"

namespace noteload::cli {

/// Problems grouped by reason, each with its rows, the first places as `file:line` and an example;
/// empty where there are none. `inputs`: the files' names by index.
[[nodiscard]] std::string problem_words(const report::summary& s,
                                        const std::vector<std::string>& inputs);

/// `a, b, c`, printable.
[[nodiscard]] std::string list_of(const std::vector<std::string>& names);

} // namespace noteload::cli
