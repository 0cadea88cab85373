#include "noteload/delivery/gate_rule.hpp"

#include <algorithm>

namespace noteload::delivery {

namespace {

/// As many failures in a row as could be in flight say that it is not this row or that.
int failures_to_open(const concurrency_limits& l) {
    return std::max(8, l.is_auto() ? 2 * concurrency_limits::start : l.fixed);
}

bool is_too_much(const attempt& a) {
    const auto status = a.reply.status;
    return a.what != trouble::none || status == 408 || status == 429 || status >= 500;
}

} // namespace

gate_rule::gate_rule(const settings& how, time now)
    : limiter_(how.quota),
      concurrency_(how.concurrency),
      breaker_({.failures = failures_to_open(how.concurrency), .give_up_after = how.give_up_after},
               now) {}

departure gate_rule::next(time now, aim what) {
    if (what == aim::probe ? breaker_.probe_at() > now : !breaker_.may_leave(what)) {
        return {what == aim::probe ? breaker_.probe_at() : time::max(), hold::server};
    }
    const auto d = limiter_.next(now);
    if (d.why == hold::quota || (d.why == hold::lease && d.at > now)) {
        breaker_.waits_for_quota(now, d.at);
    } else if (d.at <= now) {
        breaker_.waits_for_quota(now, now); // it is over, maybe earlier than was thought
    }
    return d;
}

void gate_rule::heard(const quota_heard& before) {
    limiter_.answered(limiter_.leave(before.left), before.said, before.came);
}

void gate_rule::ended(const ticket& t, const attempt& a, const quota_report& said, time now) {
    const auto in_flight = static_cast<int>(limiter_.in_flight());
    if (a.what == trouble::none) {
        limiter_.answered(t, said, now);
    } else if (a.taken == handed::nothing) {
        limiter_.withdrawn(t);
    } else {
        limiter_.lost(t, now);
    }
    if (is_too_much(a)) {
        concurrency_.bad(t.left, now);
    } else {
        concurrency_.good(now - t.left, in_flight);
    }
}

} // namespace noteload::delivery
