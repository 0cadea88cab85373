#include "noteload/delivery/quota_report.hpp"

#include <utility>

namespace noteload::delivery {

namespace {

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

bool is_quota_field(std::string_view name) {
    constexpr std::string_view begins = "ratelimit";
    std::size_t same = 0;
    bool may_be_x = true;
    for (const char c : name) {
        if (c == '-' || (std::exchange(may_be_x, false) && lower(c) == 'x')) {
            continue;
        }
        if (lower(c) != begins[same]) {
            return false;
        }
        if (++same == begins.size()) {
            return true;
        }
    }
    return false;
}

} // namespace noteload::delivery
