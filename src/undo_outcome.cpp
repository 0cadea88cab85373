#include "noteload/undo_outcome.hpp"

#include <numeric>
#include <ostream>

namespace noteload {

namespace {

constexpr std::array<std::string_view, undo_outcome_count> words = {"undone", "gone", "kept",
                                                                    "refused", "not_attempted"};

} // namespace

std::string_view to_word(undo_outcome o) noexcept {
    return words[static_cast<std::size_t>(o)];
}

std::optional<undo_outcome> undo_outcome_from_word(std::string_view word) noexcept {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == word) {
            return static_cast<undo_outcome>(i);
        }
    }
    return std::nullopt;
}

std::ostream& operator<<(std::ostream& out, undo_outcome o) {
    return out << to_word(o);
}

std::uint64_t undo_counts::settled() const noexcept {
    return std::accumulate(of.begin(), of.end(), std::uint64_t{0});
}

} // namespace noteload
