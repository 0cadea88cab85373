#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace noteload {

/// Ids from `first` to `last`, both among them.
struct id_range {
    std::int64_t first = 0;
    std::int64_t last = 0;

    friend bool operator==(const id_range&, const id_range&) = default;
};

/// A set of ids of notes, for runs of any length. Servers count ids up, so most of them lie side by
/// side: these are kept as ranges, and take next to nothing. Where other people's notes lie between
/// it is one to three bytes an id; ids from all over take up to 8. The same id again takes nothing.
///
/// In any order: near the newest ids one that comes is a bit, elsewhere it is only noted, and all
/// are sorted in when enough have come to be worth it. So it is a few nanoseconds an id where they
/// come side by side and nearly in order. No locks: one thread, or the caller's care.
class id_set {
public:
    /// False where it was in already, as far as that is known at once: near the newest ids it is.
    bool insert(std::int64_t id) {
        if (const auto at = place_of(id); at < window_size) {
            const auto bit = std::uint64_t{1} << (at % 64);
            const bool is_new = (window_[at / 64] & bit) == 0;
            window_[at / 64] |= bit;
            return is_new;
        }
        fresh_.push_back(id);
        if (fresh_.size() >= enough_) {
            sort_in();
        }
        return true;
    }

    /// Not const, for it sorts what came last; cheap when it is asked many times in a row.
    [[nodiscard]] bool contains(std::int64_t id);

    [[nodiscard]] bool is_empty() const {
        return fresh_.empty() && blocks_.empty() &&
               std::all_of(window_.begin(), window_.end(), [](auto word) { return word == 0; });
    }

    /// All of it, in order, with a gap behind each range.
    [[nodiscard]] std::vector<id_range> ranges();

    /// Memory that it takes besides itself, about.
    [[nodiscard]] std::size_t bytes() const;

private:
    /// Ranges in order, each by its distance from the one before: see id_set.cpp.
    using packed = std::vector<std::uint8_t>;
    using range_iterator = std::vector<id_range>::const_iterator;

    [[nodiscard]] std::uint64_t place_of(std::int64_t id) const {
        return static_cast<std::uint64_t>(id) - static_cast<std::uint64_t>(window_at_);
    }
    [[nodiscard]] bool is_in_blocks(std::int64_t id) const;
    void sort_fresh();
    void sort_in();
    void take_window(std::vector<id_range>& to);
    [[nodiscard]] std::vector<id_range> take_what_came();
    std::size_t rewrite(range_iterator& next, range_iterator end, std::vector<id_range>& open);
    void write(const std::vector<id_range>& ranges, bool are_last);

    static constexpr std::uint64_t window_size = 4096;
    static constexpr std::size_t least_fresh = 256;

    std::array<std::uint64_t, window_size / 64> window_{}; // ids from window_at_ on, a bit each
    std::int64_t window_at_ = 0;                           // no id wraps into it
    std::vector<std::int64_t> fresh_; // others that came since; sorted up to sorted_
    std::size_t sorted_ = 0;
    std::size_t enough_ = least_fresh;      // of fresh_, to be sorted in
    std::map<std::int64_t, packed> blocks_; // all that was sorted in, by their first id
};

} // namespace noteload
