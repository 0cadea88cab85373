#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "noteload/sandbox/message.hpp"
#include "noteload/sandbox/store.hpp"

namespace noteload::sandbox {

struct note_query {
    note_filter filter;
    note_order order = note_order::id;
    bool descending = false;
};

/// The body of `POST /api/ContactNote/Query`: groups of conditions, AND inside a group, OR between
/// groups. As with the real server, **a condition with an unknown parameter is silently left out**:
/// when nothing else is asked, everything comes back. A known parameter with an operator or value
/// that it does not take is a 400.
[[nodiscard]] std::variant<note_query, response> read_query(std::string_view body);

/// `GET /api/ContactNote/QueryOptions`: the parameters and their operators.
[[nodiscard]] std::string query_options_json();

/// `Id`, `NoteDate` or `CreatedDateTime`, without regard to case; anything else is `Id`.
[[nodiscard]] note_order read_order(std::string_view word);

} // namespace noteload::sandbox
