#pragma once

#include <string_view>

#include "noteload/source/csv_dialect.hpp"

namespace noteload::source {

/// Why a well-formed record that has the right number of columns, and a quote in a field that is
/// not quoted (`framed::stray`), is still not to be trusted; empty where it is.
///
/// A stray quote is text (`5" pipe`). But a separator that was lost before a quoted field makes
/// text of its quotes, and a separator out of its text: `1,Call"on Monday, at noon"` has three
/// columns, and all of them are wrong. So the quotes of two such fields must not look like a pair:
/// an odd number of them with text right behind the first one, and later an odd number with one at
/// the field's end. A quoted field with blanks before its quote (`1, "a"`) is none to us, and its
/// quotes would become part of the text: that is refused, too.
[[nodiscard]] std::string_view why_torn(std::string_view record, const csv_dialect& dialect);

} // namespace noteload::source
