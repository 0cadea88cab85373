#include "noteload/run/stop_time.hpp"

#include <ctime>

namespace noteload::run {

using std::chrono::system_clock;

system_clock::time_point moment_of(const stop_time& at, system_clock::time_point now) {
    if (const auto* after = std::get_if<std::chrono::milliseconds>(&at)) {
        return now + *after;
    }
    const auto [hour, minute] = std::get<time_of_day>(at);
    const auto seconds = system_clock::to_time_t(now);
    std::tm day{};
    ::localtime_r(&seconds, &day);
    day.tm_hour = hour;
    day.tm_min = minute;
    day.tm_sec = 0;
    day.tm_isdst = -1; // mktime finds out
    auto then = day;
    if (const auto today = system_clock::from_time_t(::mktime(&then)); today > now) {
        return today;
    }
    ++day.tm_mday; // mktime knows how long months are
    return system_clock::from_time_t(::mktime(&day));
}

} // namespace noteload::run
