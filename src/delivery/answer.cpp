#include "noteload/delivery/answer.hpp"

#include "json_fields.hpp"
#include "noteload/text.hpp"

#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace noteload::delivery {

namespace {

constexpr std::size_t longest_words = 300;

note_reminder read_reminder(const dom::object& from) {
    return {
        .id = field<std::int64_t>(from, "id", 0),
        .message = text_field(from, "message"),
        .target_date = text_field(from, "targetDate"),
        .target_resolution_date_utc = text_field(from, "targetResolutionDateUtc"),
        .contact_id = field<std::int64_t>(from, "contactId", 0),
        .contact_view_url = text_field(from, "contactViewUrl"),
        .contact_display_name = text_field(from, "contactDisplayName"),
        .contact_avatar_url = text_field(from, "contactAvatarUrl"),
        .reminder_type = text_field(from, "reminderType"),
        .reminder_type_display_name = text_field(from, "reminderTypeDisplayName"),
        .task_status = text_field(from, "taskStatus"),
        .task_status_display_name = text_field(from, "taskStatusDisplayName"),
        .complete_url = text_field(from, "completeUrl"),
        .dismiss_url = text_field(from, "dismissUrl"),
        .description = text_field(from, "description"),
        .has_contact = field(from, "hasContact", false),
        .is_past_due = field(from, "isPastDue", false),
        .is_unresolved = field(from, "isUnresolved", false),
        .can_complete = field(from, "canComplete", false),
        .complete_action_name = text_field(from, "completeActionName"),
        .can_complete_with_note = field(from, "canCompleteWithNote", false),
        .owner = text_field(from, "owner"),
        .owner_avatar_url = text_field(from, "ownerAvatarUrl"),
    };
}

void add_sentence(std::string& words, std::string_view more) {
    if (more.empty() || words.size() > longest_words) {
        return;
    }
    words += words.empty() ? "" : "; ";
    words += more;
}

/// `"modelState":{"note.contactId":["The field is required."]}`: the keys name the fields.
void add_model_state(std::string& words, const dom::object& state) {
    for (const auto [name, value] : state) {
        std::string line(name);
        dom::array messages;
        std::string_view one;
        if (value.get(messages) == simdjson::SUCCESS) {
            for (const auto message : messages) {
                if (message.get(one) == simdjson::SUCCESS) {
                    line += ": ";
                    line += one;
                }
            }
        } else if (value.get(one) == simdjson::SUCCESS) {
            line += ": ";
            line += one;
        }
        add_sentence(words, line);
    }
}

void add_details(std::string& words, const dom::object& error) {
    dom::array details;
    if (error["details"].get(details) != simdjson::SUCCESS) {
        return;
    }
    for (const auto detail : details) {
        dom::object object;
        if (detail.get(object) == simdjson::SUCCESS) {
            const auto name = text_field(object, "field");
            add_sentence(words, name + (name.empty() ? "" : ": ") + text_field(object, "message"));
        }
    }
}

std::string words_of(const dom::object& body) {
    std::string words = text_field(body, "message");
    dom::object inner;
    if (body["modelState"].get(inner) == simdjson::SUCCESS) {
        add_model_state(words, inner);
    }
    if (body["error"].get(inner) == simdjson::SUCCESS) {
        add_sentence(words, text_field(inner, "message"));
        add_details(words, inner);
    } else {
        const auto described = text_field(body, "error_description");
        add_sentence(words, described.empty() ? text_field(body, "error") : described);
    }
    return words;
}

/// The number that the digits from `begin` on are; -1 where one of them is none.
int digits(std::string_view text, std::size_t begin, std::size_t count) {
    int n = 0;
    for (const char c : text.substr(begin, count)) {
        if (c < '0' || c > '9') {
            return -1;
        }
        n = n * 10 + (c - '0');
    }
    return n;
}

/// Which of the names, of three letters each, stands at `begin`; nothing for none.
std::optional<unsigned> name_at(std::string_view text, std::size_t begin, std::string_view names) {
    const auto at = names.find(text.substr(begin, 3));
    const bool is_one = at != std::string_view::npos && at % 3 == 0;
    return is_one ? std::optional(static_cast<unsigned>(at / 3)) : std::nullopt;
}

/// The form that all servers write, without a stream: every answer has such a date. What is not of
/// it to the letter is looked at again by the library.
std::optional<date::sys_seconds> read_usual_date(std::string_view text) {
    constexpr std::string_view shape = "..., .. ... .... ..:..:.. GMT";
    if (text.size() != shape.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] != '.' && shape[i] != text[i]) {
            return std::nullopt;
        }
    }
    const auto weekday = name_at(text, 0, "SunMonTueWedThuFriSat");
    const auto month = name_at(text, 8, "JanFebMarAprMayJunJulAugSepOctNovDec");
    const auto d = digits(text, 5, 2);
    const auto y = digits(text, 12, 4);
    const auto h = digits(text, 17, 2);
    const auto m = digits(text, 20, 2);
    const auto s = digits(text, 23, 2);
    if (!weekday || !month || std::min({d, y, h, m, s}) < 0 || h > 23 || m > 59 || s > 59) {
        return std::nullopt;
    }
    const date::year_month_day day{date::year(y), date::month(*month + 1),
                                   date::day(static_cast<unsigned>(d))};
    if (!day.ok() || date::weekday(date::sys_days(day)) != date::weekday(*weekday)) {
        return std::nullopt;
    }
    return date::sys_days(day) + std::chrono::hours(h) + std::chrono::minutes(m) +
           std::chrono::seconds(s);
}

std::optional<date::sys_seconds> read_any_date(std::string_view text) {
    if (text.find(',') == std::string_view::npos) {
        return std::nullopt;
    }
    std::istringstream in{std::string(text)};
    date::sys_seconds time;
    in >> date::parse("%a, %d %b %Y %H:%M:%S GMT", time);
    return in.fail() ? std::nullopt : std::optional(time);
}

} // namespace

std::optional<std::int64_t> read_first_id(std::string_view body) {
    const auto skip_blanks = [&body] {
        body.remove_prefix(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
    };
    for (const std::string_view next : {"{", R"("id")", ":"}) {
        skip_blanks();
        if (!body.starts_with(next)) {
            return std::nullopt;
        }
        body.remove_prefix(next.size());
    }
    skip_blanks();
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), id);
    body.remove_prefix(static_cast<std::size_t>(end - body.data()));
    skip_blanks();
    const bool is_whole = error == std::errc() && (body.starts_with(',') || body.starts_with('}'));
    return is_whole && id > 0 ? std::optional(id) : std::nullopt;
}

std::optional<std::int64_t> read_note_id(std::string_view body) {
    const auto comma = body.find_first_of(",}");
    const bool is_usual = comma != std::string_view::npos && body.ends_with('}') &&
                          (body[comma] == ',' || comma + 1 == body.size());
    if (const auto id = is_usual ? read_first_id(body) : std::nullopt) {
        return id;
    }
    const auto object = parsed_object(body);
    const auto id = object ? id_field(*object, "id") : 0;
    return id > 0 ? std::optional(id) : std::nullopt;
}

std::optional<contact_note> contact_note_in(const dom::object& from) {
    if (id_field(from, "id") == 0) {
        return std::nullopt;
    }
    contact_note note{
        .id = id_field(from, "id"),
        .contact_id = id_field(from, "contactId"),
        .create_date_time_utc = text_field(from, "createDateTimeUtc"),
        .created_by_user = text_field(from, "createdByUser"),
        .modified_date_time_utc = text_field(from, "modifiedDateTimeUtc"),
        .modified_by_user = text_field(from, "modifiedByUser"),
        .note_date = text_field(from, "noteDate"),
        .type = text_field(from, "type"),
        .note = text_field(from, "note"),
        .important = field(from, "important", false),
        .is_private = field(from, "isPrivate", false),
        .created_by_avatar_url = text_field(from, "createdByAvatarUrl"),
        .reminder = std::nullopt,
    };
    dom::object reminder;
    if (from["reminder"].get(reminder) == simdjson::SUCCESS) {
        note.reminder = read_reminder(reminder);
    }
    return note;
}

std::optional<contact_note> read_contact_note(std::string_view body) {
    const auto from = parsed_object(body);
    return from ? contact_note_in(*from) : std::nullopt;
}

std::string server_words(std::string_view body) {
    if (const auto object = parsed_object(body)) {
        return printable(words_of(*object), longest_words);
    }
    return printable(trimmed(body), longest_words);
}

bool is_json(std::string_view body) {
    return parsed(body).has_value();
}

std::optional<organization> read_organization(std::string_view body) {
    const auto object = parsed_object(body);
    std::string_view name;
    if (!object || (*object)["organizationName"].get(name) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return organization{std::string(name), text_field(*object, "organizationTimeZone"),
                        field(*object, "isEnabled", true)};
}

std::optional<std::vector<std::string>> read_note_types(std::string_view body) {
    const auto object = parsed_object(body);
    if (!object) {
        return std::nullopt;
    }
    std::vector<std::string> types;
    for (const auto [key, value] : *object) {
        std::string_view name;
        if (value.get(name) == simdjson::SUCCESS) {
            types.emplace_back(name);
        }
    }
    return types;
}

std::optional<std::chrono::system_clock::time_point> read_http_date(std::string_view text) {
    auto time = read_usual_date(text);
    if (!time) {
        time = read_any_date(text);
    }
    // The years that system_clock's nanoseconds can hold, with room to add to them.
    constexpr auto latest = std::chrono::seconds(9'000'000'000); // 2255
    if (!time || time->time_since_epoch().count() < 0 || time->time_since_epoch() > latest) {
        return std::nullopt;
    }
    return *time;
}

std::optional<std::chrono::seconds> read_retry_after(std::string_view text,
                                                     std::chrono::system_clock::time_point now) {
    using std::chrono::seconds;
    text = trimmed(text);
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    constexpr seconds longest =
        std::chrono::hours(24 * 366); // what is longer would overflow clocks
    if (error == std::errc() && end == text.data() + text.size() && count >= 0) {
        return std::min(seconds(count), longest);
    }
    if (const auto date = read_http_date(text)) {
        return std::clamp(std::chrono::ceil<seconds>(*date - now), seconds(0), longest);
    }
    return std::nullopt;
}

} // namespace noteload::delivery
