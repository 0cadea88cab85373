#include "noteload/delivery/gate.hpp"

#include <algorithm>

namespace noteload::delivery {

namespace {

using kind = verdict::kind;

/// As many failures in a row as could be in flight say that it is not this row or that.
int failures_to_open(const concurrency_limits& l) {
    return std::max(8, l.is_auto() ? 2 * concurrency_limits::start : l.fixed);
}

} // namespace

gate::gate(const settings& how, time now)
    : limiter_(how.quota),
      concurrency_(how.concurrency),
      breaker_({.failures = failures_to_open(how.concurrency), .give_up_after = how.give_up_after},
               now) {}

departure gate::next(time now, bool is_probe) {
    if (breaker_.is_open() && (!is_probe || breaker_.probe_at() > now)) {
        return {is_probe ? breaker_.probe_at() : time::max(), hold::server};
    }
    const auto d = limiter_.next(now);
    if (d.why == hold::quota) {
        breaker_.waits_for_quota(now, d.at);
    } else if (d.at <= now) {
        breaker_.waits_for_quota(now, now); // it is over, maybe earlier than was thought
    }
    return d;
}

void gate::heard(const quota_report& said, time left, time came) {
    limiter_.answered(limiter_.leave(left), said, came);
}

void gate::ended(const ticket& t, const end& e, const quota_report& said, time now) {
    const bool overloaded = e.is == kind::in_doubt || e.is == kind::send_again;
    const auto in_flight = static_cast<int>(limiter_.in_flight());
    if (e.what == trouble::none) {
        limiter_.answered(t, said, now);
    } else if (e.taken == handed::nothing) {
        limiter_.withdrawn(t);
    } else {
        limiter_.lost(t, now);
    }
    if (overloaded || e.is == kind::wait_and_send) {
        concurrency_.bad(t.left, now);
    } else {
        concurrency_.good(now - t.left, in_flight);
    }
    if (e.is == kind::stop) {
        return;
    }
    if (e.is_probe) {
        breaker_.probed(!overloaded, now);
    } else if (overloaded) {
        breaker_.bad(now);
    } else {
        breaker_.good(now);
    }
}

} // namespace noteload::delivery
