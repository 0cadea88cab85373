#include "noteload/outcome.hpp"

#include <numeric>
#include <ostream>

namespace noteload {

namespace {

constexpr std::array<std::string_view, outcome_count> words = {
    "created", "already_there", "skipped", "invalid", "refused", "in_doubt", "not_attempted"};

} // namespace

std::string_view to_word(outcome o) noexcept {
    return words[static_cast<std::size_t>(o)];
}

std::optional<outcome> outcome_from_word(std::string_view word) noexcept {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == word) {
            return static_cast<outcome>(i);
        }
    }
    return std::nullopt;
}

std::ostream& operator<<(std::ostream& out, outcome o) {
    return out << to_word(o);
}

std::uint64_t row_counts::settled() const noexcept {
    return std::accumulate(of.begin(), of.end(), std::uint64_t{0});
}

} // namespace noteload
