#include "noteload/sandbox/service.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <limits>

#include "noteload/sandbox/note_json.hpp"
#include "noteload/sandbox/note_query.hpp"
#include "noteload/text.hpp"

namespace noteload::sandbox {

namespace json = boost::json;

namespace {

constexpr std::int64_t most_skip = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t most_take = 1000;

response json_text(std::string body) {
    response answer;
    answer.body = std::move(body);
    return answer;
}

note_range read_range(const route& to) {
    note_range range;
    range.skip = to.number("skip", 0, 0, most_skip);
    range.take = to.number("take", 10, 0, most_take);
    return range;
}

bool sends_json(const request& from) {
    return from.content_type.empty() ||
           lower_case(from.content_type).find("json") != std::string::npos;
}

response wrong_media(const request& from) {
    return message_response(
        415, fmt::format("The request entity's media type '{}' is not supported for this resource.",
                         printable(from.content_type)));
}

void fill(stored_note& note, note_input&& input) {
    note.contact_id = input.contact_id.value_or(note.contact_id);
    note.type = std::move(input.type);
    note.note = std::move(input.note);
    note.note_date_time = std::move(input.note_date_time);
    note.note_day = input.note_day ? std::optional<std::int64_t>(*input.note_day) : std::nullopt;
    note.important = input.important;
    note.is_private = input.is_private;
    note.time_spent = input.time_spent;
}

response no_such_contact(std::int64_t id) {
    return message_response(404, fmt::format("The contact {} was not found.", id));
}

} // namespace

service::service(organization_settings organization, contact_settings contacts, zone place,
                 door& door, store& notes)
    : organization_(std::move(organization)),
      contacts_(std::move(contacts)),
      place_(place),
      door_(door),
      store_(notes) {}

response service::handle(const route& to, const request& from, moment now) {
    switch (to.op) {
        case operation::create_note:
            return sends_json(from) ? create(from, now) : wrong_media(from);
        case operation::get_note:
            return get(to, now);
        case operation::update_note:
            return sends_json(from) ? update(to, from, now) : wrong_media(from);
        case operation::delete_note:
            return remove(to);
        case operation::notes_by_contact:
            return by_contact(to, now);
        case operation::query_notes:
            return sends_json(from) ? query(to, from, now) : wrong_media(from);
        case operation::note_query_options:
            return json_text(query_options_json());
        case operation::note_types:
            return types();
        case operation::organization:
            return organization();
        case operation::get_contact:
            return contact(to.id(0));
        case operation::contact_by_reference:
            return contact(contacts_.by_reference(to.words.at(0), to.words.at(1)));
        case operation::find_contact:
            return contact(contacts_.by_email(to.param("email")));
        case operation::query_contacts:
            return json_text(contacts_.page_json(to.number("skip", 0, 0, most_skip),
                                                 to.number("take", 10, 0, most_take)));
        case operation::token:
            return door_.token(from.body, now);
        case operation::wrong_method:
            return message_response(
                405, fmt::format("The requested resource does not support http method '{}'.",
                                 printable(from.method)));
        case operation::sandbox_notes:
        case operation::sandbox_stats:
        case operation::unknown:
            break;
    }
    return message_response(
        404, fmt::format("No HTTP resource was found that matches the request URI '{}'.",
                         printable(from.target, 200)));
}

moment service::shown_until(moment now) const {
    // Without a lag nothing is hidden, not even what a start with a faster clock made.
    return organization_.lag.count() == 0 ? moment::max() : now - organization_.lag;
}

response service::create(const request& from, moment now) {
    auto read = read_note(from.body, input_kind::create, organization_.types, place_);
    if (auto* refused = std::get_if<response>(&read)) {
        return std::move(*refused);
    }
    stored_note note;
    fill(note, std::move(std::get<note_input>(read)));
    if (!contacts_.takes_notes(note.contact_id)) {
        return no_such_contact(note.contact_id);
    }
    if (!note.note_day) {
        note.note_day = place_.day_of(now);
    }
    note.created = now;
    note.modified = now;
    note.id = store_.add(note);
    response answer;
    answer.body.reserve(note.note.size() + 512);
    append_note(answer.body, note, organization_);
    return answer;
}

response service::get(const route& to, moment now) {
    const auto note = store_.find(to.id(0).value_or(0), shown_until(now));
    if (!note) {
        return empty_response(404);
    }
    response answer;
    append_note(answer.body, *note, organization_);
    return answer;
}

response service::update(const route& to, const request& from, moment now) {
    // Writing is not lagging: what exists can be changed.
    auto note = store_.find(to.id(0).value_or(0), moment::max());
    if (!note) {
        return empty_response(404);
    }
    auto read = read_note(from.body, input_kind::update, organization_.types, place_);
    if (auto* refused = std::get_if<response>(&read)) {
        return std::move(*refused);
    }
    fill(*note, std::move(std::get<note_input>(read)));
    if (!contacts_.takes_notes(note->contact_id)) {
        return no_such_contact(note->contact_id);
    }
    note->modified = now;
    store_.replace(*note);
    response answer;
    append_note(answer.body, *note, organization_);
    return answer;
}

response service::remove(const route& to) {
    if (!store_.remove(to.id(0).value_or(0))) {
        return empty_response(404);
    }
    return empty_response(200);
}

response service::by_contact(const route& to, moment now) {
    note_range range = read_range(to);
    range.order = read_order(to.param("sortBy"));
    range.descending = equal_without_case(to.param("descending"), "true");
    note_filter filter{"contact_id=?", {to.id(0).value_or(0)}};
    return json_text(page_json(store_.select(filter, range, shown_until(now)), organization_));
}

response service::query(const route& to, const request& from, moment now) {
    auto read = read_query(from.body);
    if (auto* refused = std::get_if<response>(&read)) {
        return std::move(*refused);
    }
    const auto& asked = std::get<note_query>(read);
    note_range range = read_range(to);
    range.order = asked.order;
    range.descending = asked.descending;
    return json_text(
        page_json(store_.select(asked.filter, range, shown_until(now)), organization_));
}

response service::contact(std::optional<std::int64_t> id) const {
    if (!id || !contacts_.known(*id)) {
        return empty_response(404);
    }
    return json_text(contacts_.contact_json(*id));
}

response service::organization() const {
    return json_text(json::serialize(json::object{{"organizationId", 1},
                                                  {"organizationName", organization_.name},
                                                  {"organizationTimeZone", organization_.time_zone},
                                                  {"isEnabled", organization_.enabled}}));
}

response service::types() const {
    json::object all;
    for (const std::string& type : organization_.types) {
        std::string key;
        for (const char c : type) {
            if (c != ' ') {
                key += c;
            }
        }
        all[key] = type;
    }
    return json_text(json::serialize(all));
}

} // namespace noteload::sandbox
