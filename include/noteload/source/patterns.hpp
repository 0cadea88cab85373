#pragma once

#include <string>
#include <vector>

namespace noteload::source {

/// Names with `*`, `?` or `[` of which there is no file become the files that they match, sorted
/// and without those that are named already: a shell on Windows, a script or a pair of quotes may
/// have left them to us. What matches nothing stays, to be complained of.
[[nodiscard]] std::vector<std::string> expand_patterns(const std::vector<std::string>& names);

} // namespace noteload::source
