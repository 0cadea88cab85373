#include "noteload/id_set.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace noteload {

namespace {

// A block is read from its beginning, so it is small; it costs 100 bytes besides, so not too small.
constexpr std::size_t most_ranges = 256;
constexpr std::size_t few_ranges = most_ranges / 4; // then the next block is taken in
constexpr std::size_t steps_an_id = 16;             // see sort_in
constexpr std::size_t block_costs = 112; // a node of the map and what allocating two pieces takes

// Of a packed range:
//   1 byte       bits 0 to 5: the lowest of its distance; bit 6: a length follows; bit 7: the rest
//                of the distance follows
//   the rest of the distance, the length: 7 bits a byte, lowest first; bit 7: more follow
// The distance is that of its first id from the last one of the range before, less 2 (there is a
// gap); of a block's first range it is 0. The length is last - first - 1, where that is not -1.
// So an id by itself takes 1 byte where the gap before it is short, 3 where it is some hundred
// thousand long, and 6 among ten million that are spread over all there are. Not as numbers of a
// fixed size: two of 8 bytes a range are more than the ids alone where each has a gap behind it.
constexpr std::uint8_t more = 0x80;
constexpr std::uint8_t has_length = 0x40;

void pack_number(std::vector<std::uint8_t>& out, std::uint64_t n) {
    for (; n >= more; n >>= 7) {
        out.push_back(static_cast<std::uint8_t>(n | more));
    }
    out.push_back(static_cast<std::uint8_t>(n));
}

std::uint64_t unpack_number(const std::uint8_t*& at) {
    std::uint64_t n = 0;
    for (unsigned shift = 0;; shift += 7) {
        const auto byte = *at++;
        n |= std::uint64_t{byte & 0x7Fu} << shift;
        if ((byte & more) == 0) {
            return n;
        }
    }
}

void pack(std::vector<std::uint8_t>& out, std::uint64_t distance, std::uint64_t length) {
    const auto rest = distance >> 6;
    out.push_back(static_cast<std::uint8_t>((distance & 0x3F) | (length > 0 ? has_length : 0) |
                                            (rest > 0 ? more : 0)));
    if (rest > 0) {
        pack_number(out, rest);
    }
    if (length > 0) {
        pack_number(out, length - 1);
    }
}

// Differences of ids and sums with them are of the type without a sign, where they may wrap.
std::uint64_t from_to(std::int64_t a, std::int64_t b) {
    return static_cast<std::uint64_t>(b) - static_cast<std::uint64_t>(a);
}

std::int64_t plus(std::int64_t id, std::uint64_t n) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(id) + n);
}

/// From a block's first id to what would be the last one before.
constexpr auto no_distance = std::uint64_t{0} - 2;

/// The ranges of a block, one after the other.
class unpacking {
public:
    unpacking(std::int64_t first, const std::vector<std::uint8_t>& from)
        : at_(from.data()), end_(at_ + from.size()), before_(plus(first, no_distance)) {}

    bool next(id_range& r) {
        if (at_ == end_) {
            return false;
        }
        const auto head = *at_++;
        std::uint64_t distance = head & 0x3Fu;
        if ((head & more) != 0) {
            distance |= unpack_number(at_) << 6;
        }
        r.first = plus(before_, distance + 2);
        r.last = (head & has_length) != 0 ? plus(r.first, unpack_number(at_) + 1) : r.first;
        before_ = r.last;
        return true;
    }

private:
    const std::uint8_t* at_;
    const std::uint8_t* end_;
    std::int64_t before_;
};

/// Ranges come by their first ids; they may overlap.
void append(std::vector<id_range>& to, const id_range& r) {
    if (!to.empty() && (r.first <= to.back().last || r.first - 1 == to.back().last)) {
        to.back().last = std::max(to.back().last, r.last);
    } else {
        to.push_back(r);
    }
}

} // namespace

bool id_set::contains(std::int64_t id) {
    if (const auto at = place_of(id);
        at < window_size && ((window_[at / 64] >> (at % 64)) & 1) != 0) {
        return true;
    }
    sort_fresh();
    return std::binary_search(fresh_.begin(), fresh_.end(), id) || is_in_blocks(id);
}

bool id_set::is_in_blocks(std::int64_t id) const {
    auto block = blocks_.upper_bound(id);
    if (block == blocks_.begin()) {
        return false;
    }
    --block;
    unpacking all(block->first, block->second);
    for (id_range r; all.next(r) && r.first <= id;) {
        if (id <= r.last) {
            return true;
        }
    }
    return false;
}

std::vector<id_range> id_set::ranges() {
    sort_in();
    std::vector<id_range> out;
    for (const auto& [first, block] : blocks_) {
        unpacking all(first, block);
        for (id_range r; all.next(r);) {
            append(out, r);
        }
    }
    return out;
}

std::size_t id_set::bytes() const {
    auto sum = fresh_.capacity() * sizeof(fresh_[0]);
    for (const auto& [first, block] : blocks_) {
        sum += block_costs + block.capacity();
    }
    return sum;
}

void id_set::sort_fresh() {
    if (sorted_ != fresh_.size()) {
        const auto came = fresh_.begin() + static_cast<std::ptrdiff_t>(sorted_);
        std::sort(came, fresh_.end());
        std::inplace_merge(fresh_.begin(), came, fresh_.end());
        sorted_ = fresh_.size();
    }
}

void id_set::take_window(std::vector<id_range>& to) {
    for (std::uint64_t word = 0; word < window_.size(); ++word) {
        auto bits = std::exchange(window_[word], 0);
        for (std::uint64_t at = word * 64; bits != 0;) {
            const auto none = std::countr_zero(bits);
            const auto some = std::countr_one(bits >> none);
            at += static_cast<unsigned>(none);
            append(to,
                   {plus(window_at_, at), plus(window_at_, at + static_cast<unsigned>(some) - 1)});
            at += static_cast<unsigned>(some);
            bits = none + some == 64 ? 0 : bits >> (none + some);
        }
    }
}

/// The window's ids and the fresh ones, in order; none is left there. The window moves to where
/// most of the next will be: above the newest, and a little below.
std::vector<id_range> id_set::take_what_came() {
    constexpr std::int64_t below = window_size / 8;
    constexpr auto lowest = std::numeric_limits<std::int64_t>::min() + below;
    constexpr auto highest = std::numeric_limits<std::int64_t>::max() - std::int64_t{window_size};
    const auto newest = fresh_.empty() ? window_at_ + below : fresh_.back();
    sort_fresh();
    std::vector<id_range> came;
    const auto behind = std::lower_bound(fresh_.begin(), fresh_.end(), window_at_);
    std::for_each(fresh_.begin(), behind, [&](auto id) { append(came, {id, id}); });
    take_window(came);
    std::for_each(behind, fresh_.end(), [&](auto id) { append(came, {id, id}); });
    fresh_.clear();
    sorted_ = 0;
    window_at_ = std::clamp(newest, lowest, highest) - below;
    return came;
}

void id_set::sort_in() {
    const auto came = take_what_came();
    std::size_t steps = 0;
    std::vector<id_range> open;
    for (auto next = came.begin(); next != came.end(); open.clear()) {
        steps += rewrite(next, came.end(), open);
    }
    // Ids from all over make for much to be rewritten. Then more of them shall share it, half a
    // byte of memory for each. Ids in order have little to rewrite, however many there were.
    enough_ = std::max(least_fresh, steps / steps_an_id);
    if (fresh_.capacity() > 2 * enough_) {
        fresh_.shrink_to_fit();
    }
    fresh_.reserve(enough_);
}

/// The block where `next` belongs, and those behind it that are taken in, with all of theirs that
/// came. Returns how many steps it took. `open` is empty before: it is given for its memory.
std::size_t id_set::rewrite(range_iterator& next, range_iterator end, std::vector<id_range>& open) {
    auto block = blocks_.upper_bound(next->first);
    if (block != blocks_.begin()) {
        --block;
    }
    std::size_t steps = 0;
    bool is_last = block == blocks_.end();
    do {
        ++steps;
        if (!is_last) {
            unpacking old(block->first, block->second);
            for (id_range r; old.next(r); ++steps) {
                for (; next != end && next->first < r.first; ++next) {
                    append(open, *next);
                }
                append(open, r);
            }
            block = blocks_.erase(block);
            is_last = block == blocks_.end();
        }
        for (; next != end && (is_last || next->first < block->first); ++next) {
            append(open, *next);
        }
    } while (!is_last && (open.size() < few_ranges || open.back().last >= block->first - 1));
    write(open, is_last);
    return steps;
}

/// Behind the last of all, more is to come: blocks are filled there. Between others they have room.
void id_set::write(const std::vector<id_range>& ranges, bool are_last) {
    const auto count = (ranges.size() + most_ranges - 1) / most_ranges;
    const auto size = are_last ? most_ranges : (ranges.size() + count - 1) / count;
    for (std::size_t from = 0; from < ranges.size(); from += size) {
        packed bytes;
        auto before = plus(ranges[from].first, no_distance);
        for (auto i = from; i < std::min(from + size, ranges.size()); ++i) {
            const auto& r = ranges[i];
            pack(bytes, from_to(before, r.first) - 2, from_to(r.first, r.last));
            before = r.last;
        }
        bytes.shrink_to_fit();
        blocks_.emplace(ranges[from].first, std::move(bytes));
    }
}

} // namespace noteload
