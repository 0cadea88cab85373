#pragma once

#include <string>

#include "noteload/sandbox/contact_book.hpp"
#include "noteload/sandbox/dates.hpp"
#include "noteload/sandbox/message.hpp"
#include "noteload/sandbox/note_input.hpp"
#include "noteload/sandbox/oauth.hpp"
#include "noteload/sandbox/route.hpp"
#include "noteload/sandbox/settings.hpp"
#include "noteload/sandbox/store.hpp"

namespace noteload::sandbox {

/// The API itself: each operation as a function of the request, the store and the time. It knows
/// nothing of tokens in headers, quotas, faults or sockets. Throws `sqlite_error`.
class service {
public:
    service(organization_settings organization, contact_settings contacts, zone place, door& door,
            store& notes);

    [[nodiscard]] response handle(const route& to, const request& from, moment now);

private:
    response create(const request& from, moment now);
    response get(const route& to, moment now);
    response update(const route& to, const request& from, moment now);
    response remove(const route& to);
    response by_contact(const route& to, moment now);
    response query(const route& to, const request& from, moment now);
    response contact(std::optional<std::int64_t> id) const;
    /// Reads show the notes created up to this moment.
    moment shown_until(moment now) const;
    response organization() const;
    response types() const;

    organization_settings organization_;
    contact_book contacts_;
    zone place_;
    door& door_;
    store& store_;
};

} // namespace noteload::sandbox
