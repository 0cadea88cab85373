#pragma once

#include <chrono>

#include "noteload/delivery/breaker.hpp"
#include "noteload/delivery/concurrency_rule.hpp"
#include "noteload/delivery/judgement.hpp"
#include "noteload/delivery/limiter.hpp"

namespace noteload::delivery {

/// What every request passes: whether it may leave now, by all the rules together, and where its
/// end is told to each of them. A rule without a clock.
class gate {
public:
    using time = std::chrono::steady_clock::time_point;

    struct settings {
        limiter::settings quota{};
        concurrency_limits concurrency{};
        std::chrono::seconds give_up_after{std::chrono::hours(4)};
    };

    gate(const settings& how, time now);

    /// When a request may leave, a free connection not considered; not after `now` if at once. A
    /// probe passes an open breaker once it is due.
    [[nodiscard]] departure next(time now, bool is_probe = false);

    [[nodiscard]] ticket leave(time now) { return limiter_.leave(now); }
    /// It did not leave after all.
    void withdrawn(const ticket& t) { limiter_.withdrawn(t); }
    /// How it ended: what became of it (`taken`, `what`), its verdict, and what its answer, if any,
    /// says about quota.
    struct end {
        handed taken = handed::last_record;
        trouble what = trouble::none;
        verdict::kind is = verdict::kind::created;
        bool is_probe = false;
    };
    void ended(const ticket& t, const end& e, const quota_report& said, time now);
    /// Answers from before the first note: they tell the quota, and count.
    void heard(const quota_report& said, time left, time came);

    [[nodiscard]] int concurrency() const { return concurrency_.limit(); }
    [[nodiscard]] const breaker& server() const { return breaker_; }
    [[nodiscard]] const limiter& quota() const { return limiter_; }

private:
    limiter limiter_;
    concurrency_rule concurrency_;
    breaker breaker_;
};

} // namespace noteload::delivery
