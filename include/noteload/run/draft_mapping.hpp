#pragma once

#include <string>

#include "noteload/error.hpp"
#include "noteload/run/inputs.hpp"

namespace noteload::run {

struct drafted_mapping {
    std::string toml;
    std::string system; ///< whose export it is; empty: not known
};

/// Looks at an export's columns and its first rows, and drafts a mapping file for it. Fails as
/// opening an input does.
[[nodiscard]] result<drafted_mapping> draft_mapping(const std::string& path,
                                                    const input_options& options);

/// Writes a drafted mapping file, whole or not at all.
[[nodiscard]] result<void> write_mapping(const std::string& path, const std::string& toml);

} // namespace noteload::run
