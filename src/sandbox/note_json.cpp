#include "noteload/sandbox/note_json.hpp"

#include <fmt/format.h>

#include <iterator>

#include "noteload/json_text.hpp"

namespace noteload::sandbox {

namespace {

constexpr std::string_view user = "Sandbox User";
constexpr std::string_view avatar = "https://sandbox.example.org/avatars/sandbox-user.png";

/// Writes one JSON object, member by member.
class object_writer {
public:
    explicit object_writer(std::string& out) : out_(out) { out_ += '{'; }
    object_writer(const object_writer&) = delete;
    object_writer& operator=(const object_writer&) = delete;
    ~object_writer() { out_ += '}'; }

    std::string& name(std::string_view key) {
        if (!first_) {
            out_ += ',';
        }
        first_ = false;
        out_ += '"';
        out_ += key;
        out_ += "\":";
        return out_;
    }
    void text(std::string_view key, std::string_view value) {
        append_json_string(name(key), value);
    }
    void number(std::string_view key, std::int64_t value) {
        name(key) += fmt::format_int(value).c_str();
    }
    void flag(std::string_view key, bool value) { name(key) += value ? "true" : "false"; }
    void null(std::string_view key) { name(key) += "null"; }

private:
    std::string& out_;
    bool first_ = true;
};

void append_reminder(std::string& out, const stored_note& note) {
    const std::string contact = std::to_string(note.contact_id);
    const std::string base = "https://sandbox.example.org/reminders/" + std::to_string(note.id);
    object_writer o(out);
    o.number("id", note.id + 5'000'000);
    o.text("message", "Follow up");
    o.text("targetDate", culture_date(static_cast<day_number>(note.note_day.value_or(0))));
    o.null("targetResolutionDateUtc");
    o.number("contactId", note.contact_id);
    o.text("contactViewUrl", "https://sandbox.example.org/contacts/" + contact);
    o.text("contactDisplayName", "Household " + contact);
    o.text("contactAvatarUrl", avatar);
    o.text("reminderType", "ContactNote");
    o.text("reminderTypeDisplayName", "Contact Note");
    o.text("taskStatus", "Open");
    o.text("taskStatusDisplayName", "Open");
    o.text("completeUrl", base + "/complete");
    o.text("dismissUrl", base + "/dismiss");
    o.text("description", "Follow up on an alert");
    o.flag("hasContact", true);
    o.flag("isPastDue", false);
    o.flag("isUnresolved", true);
    o.flag("canComplete", true);
    o.text("completeActionName", "Complete");
    o.flag("canCompleteWithNote", true);
    o.text("owner", user);
    o.text("ownerAvatarUrl", avatar);
}

void optional_flag(object_writer& o, std::string_view key, const std::optional<bool>& value) {
    if (value) {
        o.flag(key, *value);
    } else {
        o.null(key);
    }
}

} // namespace

void append_note(std::string& out, const stored_note& note, const organization_settings& how) {
    const auto digits = static_cast<unsigned>(note.id % 8);
    object_writer o(out);
    o.number("id", note.id);
    o.number("contactId", note.contact_id);
    o.text("createDateTimeUtc", server_time(note.created, digits));
    o.text("createdByUser", user);
    o.text("modifiedDateTimeUtc", server_time(note.modified, 7 - digits));
    o.text("modifiedByUser", user);
    if (note.note_day) {
        o.text("noteDate", culture_date(static_cast<day_number>(*note.note_day)));
    } else {
        o.null("noteDate");
    }
    o.text("type", note.type);
    if (how.text == text_shape{}) {
        o.text("note", note.note);
    } else {
        o.text("note", shaped(note.note, how.text));
    }
    o.flag("important", note.important.value_or(false));
    o.flag("isPrivate", note.is_private.value_or(false));
    o.text("createdByAvatarUrl", avatar);
    if (!how.reminder_type.empty() && note.type == how.reminder_type) {
        append_reminder(o.name("reminder"), note);
    } else {
        o.null("reminder");
    }
}

void append_raw_note(std::string& out, const stored_note& note) {
    object_writer o(out);
    o.number("id", note.id);
    o.number("contactId", note.contact_id);
    o.text("type", note.type);
    o.text("note", note.note);
    if (note.note_date_time) {
        o.text("noteDateTime", *note.note_date_time);
    } else {
        o.null("noteDateTime");
    }
    optional_flag(o, "important", note.important);
    optional_flag(o, "private", note.is_private);
    if (note.time_spent) {
        o.number("timeSpent", *note.time_spent);
    } else {
        o.null("timeSpent");
    }
    o.text("createDateTimeUtc", server_time(note.created, 6));
}

std::string page_json(const note_page& page, const organization_settings& how) {
    std::string out = "{\"list\":[";
    for (std::size_t i = 0; i < page.list.size(); ++i) {
        if (i != 0) {
            out += ',';
        }
        append_note(out, page.list[i], how);
    }
    fmt::format_to(std::back_inserter(out), "],\"total\":{}}}", page.total);
    return out;
}

} // namespace noteload::sandbox
