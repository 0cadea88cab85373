#include "json_fields.hpp"

#include <charconv>
#include <system_error>

namespace noteload::delivery {

std::int64_t id_field(const dom::object& from, std::string_view name) {
    auto id = field<std::int64_t>(from, name, 0);
    if (const auto text = field<std::string_view>(from, name, {}); !text.empty()) {
        const auto* end = text.data() + text.size();
        const auto [read, error] = std::from_chars(text.data(), end, id);
        id = error == std::errc() && read == end && text.front() != '0' ? id : 0;
    }
    return id > 0 ? id : 0;
}

} // namespace noteload::delivery
