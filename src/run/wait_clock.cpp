#include "noteload/run/wait_clock.hpp"

namespace noteload::run {

void wait_clock::told(const ledger::log_event& e, steady_clock::time_point now) {
    if (e.what == "paused") {
        waits_[e.why].times += since_.emplace(e.why, now).second ? 1 : 0;
    } else if (const auto began = since_.find(e.why);
               e.what == "going_on" && began != since_.end()) {
        waits_[e.why].so_long += now - began->second;
        since_.erase(began);
    }
}

std::map<std::string, wait_clock::duration> wait_clock::waited(steady_clock::time_point now) const {
    std::map<std::string, duration> all;
    for (const auto& [why, w] : waits_) {
        all[why] = w.so_long;
    }
    for (const auto& [why, began] : since_) {
        all[why] += now - began;
    }
    return all;
}

void wait_clock::add_to(went_through& met, steady_clock::time_point now) const {
    for (const auto& [why, so_long] : waited(now)) {
        const auto ms = static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::milliseconds>(so_long).count());
        const bool is_quota = why == "quota";
        (is_quota ? met.quota_pauses : met.outages) += waits_.at(why).times;
        (is_quota ? met.quota_wait_ms : met.outage_ms) += ms;
    }
}

} // namespace noteload::run
