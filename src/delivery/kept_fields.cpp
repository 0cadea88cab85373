#include "kept_fields.hpp"

#include "noteload/delivery/quota_report.hpp"

#include <algorithm>

namespace noteload::delivery {

bool is_same_field(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() &&
           std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
           });
}

void kept_fields::keep(unsigned bit, std::string& where, std::string_view value) {
    if ((kept_ & bit) == 0) {
        kept_ |= bit;
        where = value;
    }
}

void kept_fields::take(std::string_view name, std::string_view value) {
    if (is_same_field(name, "date")) {
        keep(1, into_.date, value);
    } else if (is_same_field(name, "retry-after")) {
        keep(2, into_.retry_after, value);
    } else if (is_same_field(name, "location")) {
        keep(4, into_.location, value);
    } else if (is_quota_field(name)) {
        auto& lines = into_.quota_fields;
        lines += name;
        lines += ": ";
        lines += value;
        lines += '\n';
    }
}

} // namespace noteload::delivery
