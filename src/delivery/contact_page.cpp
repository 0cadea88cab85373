#include "noteload/delivery/contact_page.hpp"

#include "json_fields.hpp"

namespace noteload::delivery {

namespace {

/// References are written as texts, and by some as numbers.
std::string_view reference_id(const dom::object& reference, std::string& number) {
    const auto text = field<std::string_view>(reference, "id", {});
    if (!text.empty()) {
        return text;
    }
    const auto value = field<std::int64_t>(reference, "id", 0);
    number = std::to_string(value);
    return value == 0 ? std::string_view() : std::string_view(number);
}

void tell(const dom::object& contact, const std::function<void(const listed_contact&)>& with) {
    listed_contact told{.id = field<std::int64_t>(contact, "id", 0),
                        .merged_into = field<std::int64_t>(contact, "mergedIntoContactId", 0),
                        .source = {},
                        .reference = {}};
    if (told.id <= 0) {
        return;
    }
    bool any = false;
    std::string number;
    dom::array references;
    if (contact["contactReferences"].get(references) == simdjson::SUCCESS) {
        for (const auto one : references) {
            dom::object reference;
            if (one.get(reference) != simdjson::SUCCESS) {
                continue;
            }
            told.source = field<std::string_view>(reference, "source", {});
            told.reference = reference_id(reference, number);
            with(told);
            any = true;
        }
    }
    if (!any) {
        with(told);
    }
}

} // namespace

std::optional<read_page> read_contact_page(std::string_view body,
                                           const std::function<void(const listed_contact&)>& with) {
    const auto page = parsed_object(body);
    dom::array list;
    if (!page || (*page)["list"].get(list) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    read_page out;
    for (const auto one : list) {
        dom::object contact;
        if (one.get(contact) != simdjson::SUCCESS) {
            return std::nullopt;
        }
        ++out.contacts;
        tell(contact, with);
    }
    out.total = static_cast<std::uint64_t>(std::max<std::int64_t>(
        field<std::int64_t>(*page, "total", 0), static_cast<std::int64_t>(out.contacts)));
    return out;
}

} // namespace noteload::delivery
