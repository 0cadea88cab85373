#pragma once

#include <boost/json/object.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Lines that another program wrote again: an editor, jq, a transfer in text mode. Their JSON is
// ours, their bytes are not.

namespace noteload::ledger {

/// A kind of line: its fields in the order in which we write them. The first tells the kind.
using line_fields = std::span<const std::string_view>;

/// A JSON object as we write it: fields in our order, no blanks. Nothing where a field is none of
/// `fields`, or a value is none that we write. Objects inside of it have their own fields:
/// `requests` may have any.
[[nodiscard]] bool append_in_own_form(std::string& out, const boost::json::object& from,
                                      line_fields fields);

/// The line as we write it, into `out`; false where it is no line of one of these kinds.
[[nodiscard]] bool to_own_form(std::string_view line, std::span<const line_fields> kinds,
                               std::string& out);

/// Without the blanks that another program may leave around a line.
[[nodiscard]] std::string_view without_blanks(std::string_view line);

/// Without the byte order mark that some editors set before a file.
[[nodiscard]] std::string_view without_bom(std::string_view line);

} // namespace noteload::ledger
