#include "noteload/mapping/note_template.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

failure wrong(std::string_view why) {
    return {errc::usage, fmt::format("the template {}", why)};
}

/// The text at the end of the pieces, which may have to begin.
std::string& last_text(std::vector<template_piece>& pieces) {
    if (pieces.empty() || pieces.back().is_column) {
        pieces.emplace_back();
    }
    return pieces.back().text;
}

} // namespace

result<std::vector<template_piece>> parse_template(std::string_view pattern) {
    std::vector<template_piece> pieces;
    while (!pattern.empty()) {
        const auto brace = pattern.find_first_of("{}");
        if (brace != 0) {
            last_text(pieces) += pattern.substr(0, brace);
            pattern.remove_prefix(std::min(brace, pattern.size()));
            continue;
        }
        const char c = pattern[0];
        if (pattern.substr(1).starts_with(c)) {
            last_text(pieces) += c;
            pattern.remove_prefix(2);
            continue;
        }
        const auto close = pattern.find_first_of("{}", 1);
        if (c == '}' || close == std::string_view::npos || pattern[close] == '{') {
            return wrong(
                fmt::format("has a {} on its own: write {{Column Name}}, and {{{{ or }}}} "
                            "for a brace in the text",
                            c));
        }
        const auto name = trimmed(pattern.substr(1, close - 1));
        if (name.empty()) {
            return wrong("has braces without a column's name between them");
        }
        pieces.push_back({.is_column = true, .text = std::string(name)});
        pattern.remove_prefix(close + 1);
    }
    const auto is_column = [](const template_piece& p) { return p.is_column; };
    if (std::none_of(pieces.begin(), pieces.end(), is_column)) {
        return wrong("takes no column: write its name in braces, such as {Note Text}");
    }
    return pieces;
}

} // namespace noteload::mapping
