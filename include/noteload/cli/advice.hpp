#pragma once

#include <string_view>

#include "noteload/reason.hpp"

namespace noteload::cli {

/// What a person can do about rows with this reason; empty where its details say it already.
[[nodiscard]] std::string_view advice_on(reason why) noexcept;

} // namespace noteload::cli
