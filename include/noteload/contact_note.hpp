#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace noteload {

/// The body of `POST /api/ContactNote`. Texts are views: the note must not outlive the record and
/// the mapper that it came from. Source: shared notes on the API, "The endpoint the project exists
/// for".
struct note_request {
    std::int64_t contact_id = 0;
    std::string_view type; ///< the organisation's own spelling
    std::string_view note;
    std::string_view note_date_time; ///< organisation-local, `2019-03-04T12:00:00` or `2019-03-04`;
                                     ///< empty: left out
    std::optional<bool> important;
    std::optional<bool> is_private;
    std::optional<std::int64_t> time_spent; ///< minutes

    friend bool operator==(const note_request&, const note_request&) = default;
};

/// The reminder inside a `contact_note`. Dates are the server's text, untouched.
struct note_reminder {
    std::int64_t id = 0;
    std::string message;
    std::string target_date;
    std::string target_resolution_date_utc;
    std::int64_t contact_id = 0;
    std::string contact_view_url;
    std::string contact_display_name;
    std::string contact_avatar_url;
    std::string reminder_type;
    std::string reminder_type_display_name;
    std::string task_status;
    std::string task_status_display_name;
    std::string complete_url;
    std::string dismiss_url;
    std::string description;
    bool has_contact = false;
    bool is_past_due = false;
    bool is_unresolved = false;
    bool can_complete = false;
    std::string complete_action_name;
    bool can_complete_with_note = false;
    std::string owner;
    std::string owner_avatar_url;

    friend bool operator==(const note_reminder&, const note_reminder&) = default;
};

/// A note as the server tells it. Written `private`, read `isPrivate`; written `noteDateTime`, read
/// `noteDate`, which is text in the organisation's culture (`10/4/2017`). `timeSpent` is not
/// returned. Times lack a `Z` and have 0 to 7 fraction digits: kept as text.
struct contact_note {
    std::int64_t id = 0;
    std::int64_t contact_id = 0;
    std::string create_date_time_utc;
    std::string created_by_user;
    std::string modified_date_time_utc;
    std::string modified_by_user;
    std::string note_date;
    std::string type;
    std::string note;
    bool important = false;
    bool is_private = false;
    std::string created_by_avatar_url;
    std::optional<note_reminder> reminder;

    friend bool operator==(const contact_note&, const contact_note&) = default;
};

} // namespace noteload
