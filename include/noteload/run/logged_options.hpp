#pragma once

#include <map>
#include <string>

#include "noteload/ledger/log_format.hpp"
#include "noteload/run/import.hpp"

namespace noteload::run {

/// The log header's `options`: all that a resumed run needs but the token, the inputs and the
/// server, which stand beside them.
[[nodiscard]] std::map<std::string, ledger::option_value> logged_options(const import_options& o);

/// Sets what `logged_options` wrote; what is missing or of another type keeps its value.
void take_logged_options(const std::map<std::string, ledger::option_value>& from,
                         import_options& into);

} // namespace noteload::run
