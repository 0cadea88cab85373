#include "answer_parser.hpp"

#include "noteload/delivery/connection.hpp"
#include "noteload/delivery/quota_report.hpp"

#include <algorithm>

namespace noteload::delivery {

void answer_parser::keep(unsigned bit, std::string& where, std::string_view value) {
    if ((kept_ & bit) == 0) {
        kept_ |= bit;
        where = value;
    }
}

void answer_parser::on_field_impl(field name, string_view name_string, string_view value,
                                  error_code&) {
    const std::string_view said(value.data(), value.size());
    switch (name) {
        case field::date:
            keep(1, into_.date, said);
            break;
        case field::retry_after:
            keep(2, into_.retry_after, said);
            break;
        case field::location:
            keep(4, into_.location, said);
            break;
        case field::unknown:
            if (is_quota_field({name_string.data(), name_string.size()})) {
                auto& lines = into_.quota_fields;
                lines.append(name_string.data(), name_string.size());
                lines += ": ";
                lines += said;
                lines += '\n';
            }
            break;
        default:
            break;
    }
}

void answer_parser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
    // The parser has held the length against the limit; this is for whoever changes that.
    constexpr std::uint64_t most = connection::longest_answer;
    into_.body.reserve(static_cast<std::size_t>(std::min(length.value_or(0), most)));
}

std::size_t answer_parser::on_body_impl(string_view part, error_code&) {
    into_.body.append(part.data(), part.size());
    return part.size();
}

} // namespace noteload::delivery
