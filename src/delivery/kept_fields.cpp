#include "kept_fields.hpp"

namespace noteload::delivery {

void kept_fields::keep(unsigned bit, std::string& where, std::string_view value) {
    if ((kept_ & bit) == 0) {
        kept_ |= bit;
        where = value;
    }
}

kept_field kept_fields::field_of(std::string_view name) {
    return is_same_field(name, "date")          ? kept_field::date
           : is_same_field(name, "retry-after") ? kept_field::retry_after
           : is_same_field(name, "location")    ? kept_field::location
                                                : static_cast<kept_field>(quota_field_of(name));
}

void kept_fields::take(kept_field what, std::string_view value) {
    switch (what) {
        case kept_field::none:
            break;
        case kept_field::date:
            keep(1, into_.date, value);
            break;
        case kept_field::retry_after:
            keep(2, into_.retry_after, value);
            break;
        case kept_field::location:
            keep(4, into_.location, value);
            break;
        default:
            into_.quota_fields += static_cast<char>(what);
            into_.quota_fields += value;
            into_.quota_fields += '\n';
    }
}

} // namespace noteload::delivery
