#pragma once

#include <string>

#include "noteload/error.hpp"
#include "noteload/mapping/note_mapper.hpp"
#include "noteload/mapping/notices.hpp"
#include "noteload/run/import_plan.hpp"
#include "noteload/run/load_mapping.hpp"
#include "noteload/run/look_up_contacts.hpp"

namespace noteload::run {

/// What a check learns of the server, by reads alone.
struct online_facts {
    std::string organization; ///< its name
    mapping::organization_facts known;
    contact_answers contacts;
    std::optional<quota_now> quota; ///< nothing where the server does not tell
};

/// Asks who the token belongs to, for the note types, and for every contact that the rows name.
/// `given`: the server, the token, and which rows. Fails as an import would before its first note.
[[nodiscard]] result<online_facts> look_online(const import_options& given,
                                               const input_options& reading,
                                               const loaded_mapping& mapping,
                                               const std::vector<checked_input>& inputs,
                                               const lookup_watch& watch);

/// Holds rows that name their contact by its id against what the server knows of it. One thread.
class contact_check {
public:
    /// `column`: the contact's, of the reader's cells. `known` must live as long.
    contact_check(const mapping::contact_book& known, std::size_t column)
        : known_(&known), column_(column) {}

    /// Adds `unknown_contact` to the note's faults, where the server has no such contact.
    void judge(const record& r, mapping::mapped_note& note);

    /// Contacts that were merged into others, if rows name any.
    void tell(std::vector<mapping::told_notice>& into) const;

private:
    const mapping::contact_book* known_;
    std::size_t column_;
    std::uint64_t merged_ = 0;
    std::vector<place> merged_first_;
    std::string example_;
};

} // namespace noteload::run
