#include "noteload/mapping/header_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "noteload/mapping/field_values.hpp"
#include "noteload/mapping/note_types.hpp"
#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

constexpr std::size_t most_listed = 20;

/// Letters and digits in lower case: `Contact ID` and `contact_id` are both `contactid`.
std::string skeleton(std::string_view name) {
    auto out = lower_case(name);
    std::erase_if(out, [](char c) { return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')); });
    return out;
}

std::string in_quotes(std::string_view name) {
    return '"' + printable(trimmed(name), 40) + '"';
}

/// `a`, `a and b`, `a, b and c`
std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool last = i + 1 == names.size();
        out += (i == 0 ? "" : last ? " and " : ", ") + names[i];
    }
    return out;
}

std::string found(std::span<const std::string> header) {
    std::vector<std::string> names;
    for (const auto& name : header.first(std::min(header.size(), most_listed))) {
        names.push_back(in_quotes(name));
    }
    if (header.size() > most_listed) {
        names.push_back(std::to_string(header.size() - most_listed) + " more");
    }
    return listed(names);
}

/// The whole header in one column: another separator than the comma.
std::string separator_hint(std::span<const std::string> header) {
    struct separator {
        char byte;
        std::string_view name;
    };
    constexpr std::array<separator, 3> others = {
        separator{'\t', "tabs"}, {';', "semicolons"}, {'|', "vertical bars"}};
    if (header.size() != 1) {
        return {};
    }
    for (const auto& o : others) {
        if (header[0].find(o.byte) != std::string::npos) {
            return fmt::format(
                " Its columns seem to be separated by {}: save the file with commas "
                "(\"CSV UTF-8\" in a spreadsheet).",
                o.name);
        }
    }
    return {};
}

/// A column that differs from the missing one in blanks and signs alone.
std::string rename_hint(std::span<const std::string> header, std::string_view missing) {
    for (const auto& name : header) {
        if (skeleton(name) == skeleton(missing)) {
            return fmt::format(" {} looks like {}: rename it.", in_quotes(name), missing);
        }
    }
    for (const auto& name : header) {
        // Typing errors, not other words.
        if (missing.size() > 3 && name.size() < 100 &&
            edit_distance(trimmed(name), missing) <= std::max<std::size_t>(1, missing.size() / 5)) {
            return fmt::format(" {} looks like {}.", in_quotes(name), missing);
        }
    }
    return {};
}

std::string other_hint(std::span<const std::string> header) {
    const auto is_id = [](const std::string& name) {
        return read_contact_id({cell_kind::text, name}).has_value();
    };
    if (!header.empty() && trimmed(header[0]).starts_with('{')) {
        return " The file looks like JSONL: say so with --format jsonl.";
    }
    if (std::any_of(header.begin(), header.end(), is_id)) {
        return " The first line seems to be a note already: put a line with the columns' names "
               "before it.";
    }
    return {};
}

std::string complain_of_missing(std::span<const std::string> header,
                                const std::vector<std::string>& missing, std::string_view advice) {
    auto out = fmt::format("the header lacks the {} {}.",
                           missing.size() == 1 ? "column" : "columns", listed(missing));
    out += header.empty() ? " It has no columns." : fmt::format(" It has {}.", found(header));
    const auto separator = separator_hint(header);
    if (!separator.empty()) {
        return out + separator;
    }
    std::string renames;
    for (const auto& name : missing) {
        renames += rename_hint(header, name);
    }
    const auto other = renames.empty() ? other_hint(header) : std::string();
    return out + renames + other + (other.empty() ? std::string(advice) : std::string());
}

} // namespace

bool same_column(std::string_view a, std::string_view b) noexcept {
    return equal_without_case(trimmed(a), trimmed(b));
}

std::optional<std::string> complain(std::span<const std::string> header,
                                    std::span<const wanted_column> wanted,
                                    std::string_view advice) {
    std::vector<std::string> missing;
    for (const auto& column : wanted) {
        const auto times =
            std::count_if(header.begin(), header.end(),
                          [&](const std::string& name) { return same_column(name, column.name); });
        if (times > 1) {
            return fmt::format(
                "the header has the column {} more than once. Remove or rename all "
                "but one.",
                printable(column.name, 40));
        }
        if (times == 0 && column.required) {
            missing.push_back(printable(column.name, 40));
        }
    }
    if (missing.empty()) {
        return std::nullopt;
    }
    return complain_of_missing(header, missing, advice);
}

} // namespace noteload::mapping
