#include "noteload/delivery/shared_budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <numeric>
#include <optional>

namespace noteload::delivery {

namespace {

constexpr std::size_t most_entries = 1000;

std::int64_t ms_of(shared_budget::time t) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count();
}

/// A moment that is still to come is one from before the machine started anew.
bool is_young(const shared_budget::share& s, shared_budget::time now,
              std::chrono::milliseconds age) {
    return s.at_ms <= ms_of(now) && ms_of(now) - s.at_ms < age.count();
}

/// The number that a line begins with, which is cut off with the blank behind it.
template <class Number>
bool take(std::string_view& line, Number& into) {
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), into);
    if (error != std::errc()) {
        return false;
    }
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    line.remove_prefix(line.starts_with(' ') ? 1 : 0);
    return true;
}

std::optional<shared_budget::window> read_window(std::string_view line) {
    shared_budget::window w;
    if (!take(line, w.resets_at) || !take(line, w.remaining)) {
        return std::nullopt;
    }
    w.name = line;
    return w;
}

std::optional<shared_budget::share> read_share(std::string_view line) {
    shared_budget::share s;
    const bool whole =
        take(line, s.who) && take(line, s.at_ms) && take(line, s.out) && take(line, s.spent);
    return whole && s.out >= 0 && s.spent >= 0 ? std::optional(s) : std::nullopt;
}

} // namespace

shared_budget shared_budget::parse(std::string_view text) {
    shared_budget b;
    while (!text.empty() && b.windows.size() + b.shares.size() < most_entries) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.starts_with("window ")) {
            if (auto w = read_window(line.substr(7))) {
                b.windows.push_back(std::move(*w));
            }
        } else if (line.starts_with("share ")) {
            if (const auto s = read_share(line.substr(6))) {
                b.shares.push_back(*s);
            }
        }
    }
    return b;
}

std::string shared_budget::to_text() const {
    std::string out;
    for (const auto& w : windows) {
        fmt::format_to(std::back_inserter(out), "window {} {} {}\n", w.resets_at, w.remaining,
                       w.name);
    }
    for (const auto& s : shares) {
        fmt::format_to(std::back_inserter(out), "share {} {} {} {}\n", s.who, s.at_ms, s.out,
                       s.spent);
    }
    return out;
}

std::int64_t shared_budget::out_of_others(std::uint64_t who, time now) const {
    std::int64_t sum = 0;
    for (const auto& s : shares) {
        sum += s.who != who && is_young(s, now, lifetime) ? s.out : 0;
    }
    return sum;
}

bool shared_budget::is_spent(std::uint64_t who, time now, wall_clock::time_point ours) const {
    const auto out = out_of_others(who, now);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(ours).time_since_epoch().count();
    return std::any_of(windows.begin(), windows.end(), [&](const window& w) {
        return w.resets_at > seconds && w.remaining <= out;
    });
}

std::int64_t shared_budget::spent_by_others(std::uint64_t who, time now) const {
    std::int64_t sum = 0;
    for (const auto& s : shares) {
        sum += s.who != who && is_young(s, now, memory) ? s.spent : 0;
    }
    return sum;
}

void shared_budget::put(share s, time now) {
    s.at_ms = ms_of(now);
    std::erase_if(shares, [&](const share& o) {
        const bool is_of_use =
            is_young(o, now, lifetime) || (is_young(o, now, memory) && o.spent > 0);
        return o.who == s.who || !is_of_use;
    });
    shares.push_back(s);
}

void shared_budget::put(const window& w) {
    const auto found = std::find_if(windows.begin(), windows.end(),
                                    [&w](const window& o) { return o.name == w.name; });
    if (w.name.find('\n') != std::string::npos) {
        return; // none that a header can have
    }
    if (found == windows.end()) {
        windows.push_back(w);
    } else if (w.resets_at > found->resets_at + 1) {
        *found = w;
    } else if (w.resets_at >= found->resets_at - 1) {
        found->remaining = std::min(found->remaining, w.remaining);
    }
}

const shared_budget::window* shared_budget::find(std::string_view name) const {
    const auto found = std::find_if(windows.begin(), windows.end(),
                                    [name](const window& w) { return w.name == name; });
    return found == windows.end() ? nullptr : &*found;
}

} // namespace noteload::delivery
