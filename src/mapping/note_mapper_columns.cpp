// The half of note_mapper that speaks of columns rather than of rows.

#include <fmt/format.h>

#include <algorithm>

#include "noteload/mapping/fields.hpp"
#include "noteload/mapping/header_check.hpp"
#include "noteload/mapping/mapping_file.hpp"
#include "noteload/mapping/note_mapper.hpp"
#include "noteload/shell_word.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

/// For a file that names its columns otherwise.
std::string how_to_map(std::string_view input_name) {
    const bool is_file = input_name != "standard input";
    return fmt::format(
        " Rename the columns, or say by a mapping file which are which: noteload mapping {} "
        "--output mapping.toml begins one, and --mapping mapping.toml reads by it.",
        is_file ? printable(shell_word(std::string(input_name)), 200) : "FILE");
}

} // namespace

std::optional<failure> note_mapper::check_header(std::span<const std::string> header,
                                                 std::string_view input_name) const {
    std::vector<wanted_column> wanted;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const bool required = by_rules_ ? by_rules_->columns().is_required(i)
                                        : i >= field_names.size() ||
                                              is_required(static_cast<field>(i)) || key_at_ == i;
        wanted.push_back({columns_[i], required});
    }
    if (const auto complaint = complain(header, wanted,
                                        by_rules_ ? " The mapping file says which columns are read."
                                                  : how_to_map(input_name))) {
        return failure{errc::input, fmt::format("{}: {}", printable(input_name, 200), *complaint)};
    }
    return std::nullopt;
}

std::vector<std::string> note_mapper::unused(std::span<const std::string> header) const {
    std::vector<std::string> out;
    for (const auto& name : header) {
        const bool used =
            std::any_of(columns_.begin(), columns_.end(),
                        [&](const std::string& column) { return same_column(column, name); });
        if (!used && !trimmed(name).empty()) {
            out.emplace_back(trimmed(name));
        }
    }
    return out;
}

std::string note_mapper::to_toml() const {
    return mapping::to_toml(rules_);
}

} // namespace noteload::mapping
