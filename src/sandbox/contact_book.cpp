#include "noteload/sandbox/contact_book.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <limits>

#include "noteload/text.hpp"

namespace noteload::sandbox {

namespace json = boost::json;

namespace {

constexpr std::int64_t largest_id = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t listed_at_least = 1000;

/// The number between `before` and `after`, as `contact_json` writes it.
std::optional<std::int64_t> number_within(std::string_view text, std::string_view before,
                                          std::string_view after = {}) {
    if (text.size() < before.size() + after.size() ||
        !equal_without_case(text.substr(0, before.size()), before) ||
        !equal_without_case(text.substr(text.size() - after.size()), after)) {
        return std::nullopt;
    }
    text = text.substr(before.size(), text.size() - before.size() - after.size());
    std::int64_t id = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
    const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
    return whole && !text.starts_with('0') && id > 0 ? std::optional(id) : std::nullopt;
}

json::array individuals(std::int64_t id, const std::string& number) {
    const json::object email{{"id", id * 10},
                             {"type", "Home Email"},
                             {"value", "contact" + number + "@example.org"},
                             {"isOptedIn", true},
                             {"isPrimary", true}};
    return {json::object{{"id", id * 10 + 1},
                         {"contactId", id},
                         {"firstName", "Sandy"},
                         {"lastName", "Box " + number},
                         {"isPrimary", true},
                         {"isDeceased", false},
                         {"contactMethods", json::array{email}}}};
}

json::object contact_object(std::int64_t id, std::optional<std::int64_t> merged_into,
                            const std::string& source) {
    const std::string number = std::to_string(id);
    json::object contact;
    contact["id"] = id;
    contact["contactType"] = "Household";
    contact["isPrivate"] = false;
    contact["name"] = "Household " + number;
    contact["informalName"] = "Household " + number;
    contact["description"] = nullptr;
    contact["website"] = nullptr;
    contact["maritalStatus"] = nullptr;
    contact["mergedIntoContactId"] = nullptr;
    if (merged_into) {
        contact["mergedIntoContactId"] = *merged_into;
    }
    contact["address"] = nullptr;
    contact["contactIndividuals"] = individuals(id, number);
    contact["contactReferences"] =
        json::array{json::object{{"source", source}, {"id", "L" + number}},
                    json::object{{"source", "Old CRM"}, {"id", "A/" + number}}};
    return contact;
}

} // namespace

bool contact_book::known(std::int64_t id) const {
    const std::int64_t last = how_.count == 0 ? largest_id : how_.count;
    return (id >= 1 && id <= last) || merged_into(id).has_value();
}

std::optional<std::int64_t> contact_book::merged_into(std::int64_t id) const {
    if (id < how_.merged_first || id > how_.merged_last) {
        return std::nullopt;
    }
    return id - how_.merged_first + 1;
}

std::optional<std::int64_t> contact_book::by_reference(std::string_view source,
                                                       std::string_view id) const {
    std::optional<std::int64_t> found;
    if (equal_without_case(source, how_.reference_source)) {
        found = number_within(id, "L");
    } else if (equal_without_case(source, "Old CRM")) {
        found = number_within(id, "A/");
    }
    return found && known(*found) ? found : std::nullopt;
}

std::optional<std::int64_t> contact_book::by_email(std::string_view email) const {
    const auto found = number_within(email, "contact", "@example.org");
    return found && known(*found) ? found : std::nullopt;
}

std::string contact_book::contact_json(std::int64_t id) const {
    return json::serialize(contact_object(id, merged_into(id), how_.reference_source));
}

std::string contact_book::page_json(std::int64_t skip, std::int64_t take) const {
    const std::int64_t plain = how_.count == 0 ? listed_at_least : how_.count;
    // Merged ones that lie inside the plain range are listed there.
    const std::int64_t first_merged = std::max(how_.merged_first, plain + 1);
    const std::int64_t merged = std::max<std::int64_t>(0, how_.merged_last - first_merged + 1);
    const std::int64_t total = plain + merged;
    json::array list;
    for (std::int64_t at = skip; at < total && at - skip < take; ++at) {
        const std::int64_t id = at < plain ? at + 1 : first_merged + (at - plain);
        list.push_back(contact_object(id, merged_into(id), how_.reference_source));
    }
    return json::serialize(json::object{{"list", list}, {"total", total}});
}

} // namespace noteload::sandbox
