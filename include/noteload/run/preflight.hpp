#pragma once

#include <optional>
#include <string>
#include <vector>

#include "noteload/delivery/server.hpp"
#include "noteload/error.hpp"
#include "noteload/ledger/run_folder.hpp"
#include "noteload/run/import.hpp"

namespace noteload::run {

/// The file of the budget that processes share which send to this organisation, named as
/// `--organization` may name it; empty without a state folder.
[[nodiscard]] std::string budget_file_of(const std::string& state_folder,
                                         const std::string& base_url,
                                         const std::string& organization);

/// The server as the options name it; nothing is asked of it yet.
[[nodiscard]] result<delivery::server> server_of(const import_options& o);

/// Asks the server who it is. Nothing: SIGINT or SIGTERM came first. Takes its own `io_context`, on
/// the caller's thread.
[[nodiscard]] std::optional<result<delivery::first_look>> look_first(const delivery::server& s);

/// Asks the server who it is, and gives it the budget of that organisation. Returns how the run
/// ends where nothing may be sent; else `seen` is set. With an `organization` (empty for any) these
/// requests have their place in its budget, too.
[[nodiscard]] std::optional<import_result> look_at_server(delivery::server& s,
                                                          const std::string& state_folder,
                                                          const std::string& organization,
                                                          import_observer& watch,
                                                          delivery::first_look& seen);

/// What a mapper needs of it.
[[nodiscard]] mapping::organization_facts facts_of(const delivery::first_look& seen);

/// Why nothing may be sent to the organisation that was found; `wanted` is empty for any.
[[nodiscard]] std::optional<failure> wrong_organization(const delivery::organization& found,
                                                        const std::string& wanted);

/// What is told before the first note.
[[nodiscard]] import_start start_of(const ledger::run_folder& folder,
                                    const delivery::server& server,
                                    const delivery::first_look& seen,
                                    const std::vector<checked_input>& inputs,
                                    const mapping::note_mapper& mapper);

/// The ends of a run that has not begun: nothing was sent.
[[nodiscard]] import_result not_begun(failure why);
[[nodiscard]] import_result interrupted_before();

} // namespace noteload::run
