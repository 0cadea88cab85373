#include "noteload/run/told_facts.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fstream>

namespace noteload::run {

namespace {

namespace json = boost::json;

std::optional<mapping::organization_facts> facts_of(const std::string& line) {
    json::error_code error;
    const auto value = json::parse(line, error);
    const auto* facts = error ? nullptr : value.if_object();
    const auto* types = facts == nullptr ? nullptr : facts->if_contains("types");
    const auto* zone = facts == nullptr ? nullptr : facts->if_contains("timeZone");
    if (types == nullptr || zone == nullptr || !types->is_array() || !zone->is_string()) {
        return std::nullopt;
    }
    mapping::organization_facts found;
    found.time_zone = zone->get_string();
    for (const auto& type : types->get_array()) {
        if (!type.is_string()) {
            return std::nullopt;
        }
        found.types.emplace_back(type.get_string());
    }
    return found;
}

} // namespace

std::string line_of(const mapping::organization_facts& facts) {
    json::array types;
    for (const auto& type : facts.types) {
        types.emplace_back(type);
    }
    return json::serialize(
               json::object{{"types", std::move(types)}, {"timeZone", facts.time_zone}}) +
           '\n';
}

std::optional<std::vector<mapping::organization_facts>> read_told_facts(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::vector<mapping::organization_facts> all;
    for (std::string line; std::getline(in, line);) {
        auto facts = facts_of(line);
        if (!facts) {
            return std::nullopt;
        }
        all.push_back(std::move(*facts));
    }
    return all.empty() || in.bad() ? std::nullopt : std::optional(std::move(all));
}

} // namespace noteload::run
