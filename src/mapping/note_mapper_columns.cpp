// The half of note_mapper that speaks of columns rather than of rows.

#include <algorithm>

#include "noteload/json_text.hpp"
#include "noteload/mapping/fields.hpp"
#include "noteload/mapping/header_check.hpp"
#include "noteload/mapping/note_mapper.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

/// A TOML basic string is a JSON string, but for DEL, which TOML wants escaped.
void append_toml_string(std::string& out, std::string_view text) {
    std::string json;
    append_json_string(json, text);
    for (const char c : json) {
        if (c == '\x7F') {
            out += "\\u007f";
        } else {
            out += c;
        }
    }
}

} // namespace

std::optional<failure> note_mapper::check_header(std::span<const std::string> header,
                                                 std::string_view input_name) const {
    std::vector<wanted_column> wanted;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const bool required = i >= field_names.size() || is_required(static_cast<field>(i));
        wanted.push_back({columns_[i], required || key_at_ == i});
    }
    if (const auto complaint = complain(header, wanted)) {
        return failure{errc::input, printable(input_name, 200) + ": " + *complaint};
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
    std::string out;
    if (key_at_) {
        out += "key = ";
        append_toml_string(out, columns_[*key_at_]);
        out += "\n\n";
    }
    for (std::size_t i = 0; i < field_names.size(); ++i) {
        out += (i == 0 ? "[" : "\n[") + std::string(field_names[i]) + "]\ncolumn = ";
        append_toml_string(out, columns_[i]);
        out += '\n';
    }
    return out;
}

} // namespace noteload::mapping
