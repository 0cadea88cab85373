#pragma once

#include <string_view>

namespace noteload {

/// As the log's `program` and the User-Agent tell it; CMakeLists.txt holds the number.
inline constexpr std::string_view version = NOTELOAD_VERSION;

} // namespace noteload
