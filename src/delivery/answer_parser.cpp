#include "answer_parser.hpp"

#include "noteload/delivery/connection.hpp"

#include <algorithm>

namespace noteload::delivery {

void answer_parser::on_field_impl(field, string_view name, string_view value, error_code&) {
    keep_.take(kept_fields::field_of({name.data(), name.size()}), {value.data(), value.size()});
}

void answer_parser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
    constexpr std::uint64_t most = connection::longest_answer;
    into_.body.reserve(static_cast<std::size_t>(std::min(length.value_or(0), most)));
}

/// The parser's own limit would refuse a long body before its first byte, and there the id stands.
std::size_t answer_parser::on_body_impl(string_view part, error_code& error) {
    const auto room = connection::longest_answer - into_.body.size();
    into_.body.append(part.data(), std::min(part.size(), room));
    if (part.size() > room) {
        error = boost::beast::http::error::body_limit;
    }
    return part.size();
}

} // namespace noteload::delivery
