#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/clock.hpp"

namespace noteload::delivery {

/// What the processes of one user on one machine tell one another of an organisation's quota, so
/// that none counts on requests which another one is about to send. A value; moments are arguments.
///
/// Each process says how many requests it may have under way or has leased (it sends no more than
/// that until it has said so anew), and the lowest reading of each window that its answers have
/// told. As a process tells of its answers and of what it still has out at once, a window has at
/// least its reading left, less all that is out.
struct shared_budget {
    using time =
        steady_clock::time_point; ///< one clock for all processes, until the machine starts

    struct window {
        std::string name;
        std::int64_t resets_at = 0; ///< Unix seconds, by the server's clock
        std::int64_t remaining = 0;

        friend bool operator==(const window&, const window&) = default;
    };
    struct share {
        std::uint64_t who = 0;
        std::int64_t at_ms = 0; ///< when it said so
        std::int64_t out = 0;   ///< requests under way, lost, or leased
        std::int64_t spent = 0; ///< within the last hour, where the server tells of no window

        friend bool operator==(const share&, const share&) = default;
    };

    std::vector<window> windows;
    std::vector<share> shares;

    /// A line each, as `to_text` writes them; what is unreadable is passed over.
    [[nodiscard]] static shared_budget parse(std::string_view text);
    [[nodiscard]] std::string to_text() const;

    /// What others have out. A process that died gives it back within `lifetime`.
    [[nodiscard]] std::int64_t out_of_others(std::uint64_t who, time now) const;
    /// A window that is not over by our clock is all spent or out. For who has no answer yet, and
    /// so knows neither limit nor reserve.
    [[nodiscard]] bool is_spent(std::uint64_t who, time now, wall_clock::time_point ours) const;
    [[nodiscard]] std::int64_t spent_by_others(std::uint64_t who, time now) const;
    /// Takes the place of what `s.who` said before; what the long dead said is left out.
    void put(share s, time now);
    /// The lowest reading of the latest window counts.
    void put(const window& w);
    [[nodiscard]] const window* find(std::string_view name) const;

    /// Longer than a lease lasts; what was under way that long ago, the server has counted.
    static constexpr std::chrono::seconds lifetime{5};
    static constexpr std::chrono::seconds memory{3600}; ///< of what was spent

    friend bool operator==(const shared_budget&, const shared_budget&) = default;
};

} // namespace noteload::delivery
