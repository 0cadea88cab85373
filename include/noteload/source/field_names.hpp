#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace noteload::source {

/// The names of a JSON object's fields, in order, escapes resolved; empty where `line` is no
/// object.
[[nodiscard]] std::vector<std::string> field_names(std::string_view line);

} // namespace noteload::source
