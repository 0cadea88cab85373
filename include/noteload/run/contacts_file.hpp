#pragma once

#include <memory>
#include <string>

#include "noteload/error.hpp"
#include "noteload/mapping/contact_book.hpp"

namespace noteload::run {

/// What a contacts file says.
struct contacts_file {
    std::shared_ptr<const mapping::contact_book> book;
    std::string hash; ///< of its records, in order: `xxh3:` and 16 hex digits
};

/// Reads a CSV or JSONL file of former ids and contacts. The contacts' Virtuous ids stand in the
/// column `contactId`; the former ids in the column `former`, or, in a CSV of two columns, in the
/// other one. A row without a contact is passed over: its former id stays unknown. Fails
/// (`errc::input`) at the first row that is wrong, with its line: a former id that is missing or
/// spoilt by a spreadsheet, a contact that is no id, one former id with two contacts. So it does
/// where there is no contact at all, unless it `may_be_empty`.
[[nodiscard]] result<contacts_file> read_contacts(const std::string& path,
                                                  const std::string& former,
                                                  bool may_be_empty = false);

} // namespace noteload::run
