#pragma once

#include <string>

#include "noteload/sandbox/settings.hpp"
#include "noteload/sandbox/store.hpp"

namespace noteload::sandbox {

/// Appends the whole response object of the API: all 13 fields, the reminder null or with its 23.
/// The number of fraction digits in its times varies with the id, 0 to 7.
void append_note(std::string& out, const stored_note& note, const organization_settings& how);

/// Appends the note as it was posted, one JSON object, for the admin door: id, contactId, type,
/// note, noteDateTime, important, private, timeSpent (null where it was left out),
/// createDateTimeUtc.
void append_raw_note(std::string& out, const stored_note& note);

/// `{"list":[...],"total":N}`
[[nodiscard]] std::string page_json(const note_page& page, const organization_settings& how);

} // namespace noteload::sandbox
