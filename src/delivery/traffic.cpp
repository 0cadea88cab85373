#include "noteload/delivery/traffic.hpp"

namespace noteload::delivery {

namespace {

constexpr auto slow = std::chrono::seconds(1);

} // namespace

void count(went_through& met, const attempt& a) {
    met.connections += a.connected ? 1 : 0;
    if (a.what == trouble::none || a.taken != handed::nothing) {
        ++met.requests[a.reply.status];
    }
    switch (a.what) {
        case trouble::none:
            met.slow_answers += a.took > slow ? 1 : 0;
            break;
        case trouble::no_connection:
        case trouble::certificate:
            ++met.no_connection;
            break;
        case trouble::timed_out:
            ++met.timed_out;
            break;
        case trouble::lost:
        case trouble::cut_short:
        case trouble::too_long:
            ++met.lost;
            break;
    }
}

} // namespace noteload::delivery
