#include "kept_fields.hpp"

#include "noteload/delivery/quota_report.hpp"

namespace noteload::delivery {

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
    } else if (const auto what = quota_field_of(name); what != quota_field::none) {
        into_.quota_fields += static_cast<char>(what);
        into_.quota_fields += value;
        into_.quota_fields += '\n';
    }
}

} // namespace noteload::delivery
