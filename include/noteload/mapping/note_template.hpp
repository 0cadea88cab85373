#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "noteload/error.hpp"

namespace noteload::mapping {

/// `{Note Text} (by {Author})`: text with columns' names in braces; `{{` and `}}` are braces.
struct template_piece {
    bool is_column = false;
    std::string text; ///< the column's name, trimmed, or the text itself

    friend bool operator==(const template_piece&, const template_piece&) = default;
};

/// Fails (`errc::usage`) where a brace is not closed or opened, or a name is blank, and where there
/// is no column at all.
[[nodiscard]] result<std::vector<template_piece>> parse_template(std::string_view pattern);

} // namespace noteload::mapping
