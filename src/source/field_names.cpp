#include "noteload/source/field_names.hpp"

#include <simdjson.h>

#include "noteload/source/utf8.hpp"

namespace noteload::source {

std::vector<std::string> field_names(std::string_view line) {
    std::vector<std::string> out;
    if (line.starts_with(byte_order_mark)) {
        line.remove_prefix(byte_order_mark.size());
    }
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) {
        return out;
    }
    for (const auto& field : object) {
        out.emplace_back(field.key);
    }
    return out;
}

} // namespace noteload::source
