#include "noteload/delivery/breaker.hpp"

namespace noteload::delivery {

void breaker::good(aim what, time left, time now) {
    if (!is_news(left) || (work_failed_ && what != aim::work)) {
        return;
    }
    close(now);
}

void breaker::bad(aim what, time left, time now, bool is_unreadable) {
    first_plain_ = is_unreadable ? first_plain_ : std::min(first_plain_, now);
    if (!is_closed() && (is_open() || !is_news(left))) {
        return; // it was in flight when the breaker opened
    }
    failing_since_ = failures_ == 0 ? now : failing_since_;
    work_failed_ = work_failed_ || what == aim::work;
    ++failures_;
    const bool for_long = now - failing_since_ >= limits_.long_failing;
    if (!is_closed() || failures_ >= limits_.failures || for_long) {
        open(now);
    }
}

void breaker::turned_out_good(time left, time now) {
    if (left >= first_plain_ || first_plain_ == time::max()) {
        close(now);
    }
}

void breaker::probed(bool was_good, time now) {
    if (!is_open()) {
        return; // it has closed meanwhile
    }
    if (was_good) {
        is_ = state::half_open;
    } else {
        first_plain_ = std::min(first_plain_, now);
        open(now);
    }
}

void breaker::close(time now) {
    is_ = state::closed;
    is_trying_ = false;
    failures_ = 0;
    work_failed_ = false;
    first_plain_ = time::max();
    pause_ = {};
    last_good_ = now;
    waited_ = {};
    wait_from_ = std::max(wait_from_, now);
}

void breaker::open(time now) {
    is_ = state::open;
    is_trying_ = false;
    failing_since_ = now;
    pause_ = pause_ == duration::zero() ? limits_.first_pause
                                        : std::min(pause_ * 2, limits_.longest_pause);
    probe_at_ = now + pause_;
}

} // namespace noteload::delivery
