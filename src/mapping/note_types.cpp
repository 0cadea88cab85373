#include "noteload/mapping/note_types.hpp"

#include <algorithm>
#include <numeric>

#include "noteload/text.hpp"

namespace noteload::mapping {

namespace {

constexpr std::size_t longest_compared = 40;
constexpr std::size_t most_listed = 12;

/// Typing errors, not other words: about one letter in three, so that "emial" (two) is found.
std::size_t tolerance(std::string_view name) {
    return std::max<std::size_t>(1, (name.size() + 1) / 3);
}

} // namespace

std::optional<std::string_view> note_types::find(std::string_view name) const noexcept {
    const auto wanted = trimmed(name);
    std::optional<std::string_view> found;
    for (const auto& own : names_) {
        const auto candidate = trimmed(own);
        if (candidate == wanted) {
            return own;
        }
        if (!found && equal_without_case(candidate, wanted)) {
            found = own;
        }
    }
    return found;
}

std::string note_types::suggest(std::string_view name) const {
    const auto wanted = trimmed(name);
    const std::string* nearest = nullptr;
    auto least = tolerance(wanted) + 1;
    for (const auto& own : names_) {
        if (wanted.size() > longest_compared || own.size() > longest_compared) {
            continue;
        }
        if (const auto d = edit_distance(wanted, trimmed(own)); d < least) {
            least = d;
            nearest = &own;
        }
    }
    if (nearest != nullptr) {
        return "did you mean \"" + printable(*nearest, longest_compared) + "\"?";
    }
    std::string list = "the types are ";
    for (std::size_t i = 0; i < std::min(names_.size(), most_listed); ++i) {
        list += (i == 0 ? "" : ", ") + printable(names_[i], longest_compared);
    }
    if (names_.size() > most_listed) {
        list += " and " + std::to_string(names_.size() - most_listed) + " more";
    }
    return list;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    const auto x = lower_case(a);
    const auto y = lower_case(b);
    std::vector<std::size_t> row(y.size() + 1); // distances of a's start to each start of b
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < x.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < y.size(); ++j) {
            const auto replaced = diagonal + (x[i] == y[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

} // namespace noteload::mapping
