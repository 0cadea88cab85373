#pragma once

#include <string_view>
#include <vector>

#include "options.hpp"

// A config file: TOML whose keys are the options' names without their dashes.
//
//     organization = "Our Foundation"
//     concurrency = 4            # a number where the option takes one, else a text
//     max-errors = "5%"
//     spool = true               # flags are true or false
//     mapping = "export.toml"    # files and folders are looked for beside the config file
//
// Only the token is never in it.

namespace noteload::cli {

inline constexpr std::size_t largest_config = 1 << 20;

/// What a config file says, for any command, or what is wrong with it: file, line, and what to do,
/// for each mistake. `name` is the file's path, as in messages. All values were tried.
[[nodiscard]] result<std::vector<said_option>> parse_config(std::string_view text,
                                                            const std::string& name);

} // namespace noteload::cli
