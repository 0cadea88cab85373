#include "noteload/run/wait_clock.hpp"

namespace noteload::run {

void wait_clock::told(const ledger::log_event& e, steady_clock::time_point now) {
    if (e.what == "paused") {
        since_.emplace(e.why, now);
    } else if (const auto began = since_.find(e.why);
               e.what == "going_on" && began != since_.end()) {
        over_[e.why] += now - began->second;
        since_.erase(began);
    }
}

std::map<std::string, wait_clock::duration> wait_clock::waited(steady_clock::time_point now) const {
    auto all = over_;
    for (const auto& [why, began] : since_) {
        all[why] += now - began;
    }
    return all;
}

} // namespace noteload::run
