#include "noteload/went_through.hpp"

namespace noteload {

went_through& went_through::operator+=(const went_through& other) {
    for (const auto& [name, counter] : went_through_counters) {
        this->*counter += other.*counter;
    }
    for (const auto& [status, n] : other.requests) {
        requests[status] += n;
    }
    return *this;
}

std::uint64_t went_through::failed_answers() const {
    std::uint64_t n = 0;
    for (const auto& [status, times] : requests) {
        n += status == 408 || status >= 500 ? times : 0;
    }
    return n;
}

std::uint64_t went_through::all_requests() const {
    std::uint64_t n = 0;
    for (const auto& [status, times] : requests) {
        n += times;
    }
    return n;
}

} // namespace noteload
