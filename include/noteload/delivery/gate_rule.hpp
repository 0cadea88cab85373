#pragma once

#include <chrono>

#include "noteload/clock.hpp"
#include "noteload/delivery/breaker.hpp"
#include "noteload/delivery/concurrency_rule.hpp"
#include "noteload/delivery/judgement.hpp"
#include "noteload/delivery/limiter.hpp"

namespace noteload::delivery {

/// What every request passes: whether it may leave now, by all the rules together, and where its
/// end is told to them. A rule without a clock.
class gate_rule {
public:
    using time = steady_clock::time_point;

    struct settings {
        limiter::settings quota{};
        concurrency_limits concurrency{};
        std::chrono::seconds give_up_after{std::chrono::hours(4)};
    };

    gate_rule(const settings& how, time now);

    /// When a request may leave, as far as it is not a matter of free connections; not after `now`
    /// if at once.
    [[nodiscard]] departure next(time now, aim what = aim::work);

    [[nodiscard]] ticket leave(time now, aim what = aim::work) {
        breaker_.leaves(what);
        return limiter_.leave(now);
    }
    /// Each request that left has one end; `said` is of its answer, if there was one. What it means
    /// for the breaker depends on what was asked, and is told to that by whoever knows.
    void ended(const ticket& t, const attempt& a, const quota_report& said, time now);
    /// Requests from before the first note: they count, and tell the quota.
    void heard(const quota_heard& before);

    [[nodiscard]] int concurrency() const { return concurrency_.limit(); }
    [[nodiscard]] breaker& server() { return breaker_; }
    [[nodiscard]] const limiter& quota() const { return limiter_; }
    [[nodiscard]] limiter& quota() { return limiter_; }

private:
    limiter limiter_;
    concurrency_rule concurrency_;
    breaker breaker_;
};

} // namespace noteload::delivery
