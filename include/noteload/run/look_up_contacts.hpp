#pragma once

#include <optional>
#include <vector>

#include "noteload/delivery/server.hpp"
#include "noteload/error.hpp"
#include "noteload/ledger/run_folder.hpp"
#include "noteload/run/import.hpp"
#include "noteload/run/inputs.hpp"
#include "noteload/run/load_mapping.hpp"

namespace noteload::run {

/// Whether the mapping's contacts still have to be asked for.
[[nodiscard]] bool needs_lookups(const loaded_mapping& m);

/// Contacts are looked up before the first note leaves, so the inputs are read twice: pipes cannot.
[[nodiscard]] std::optional<failure> complain_of_lookups(const loaded_mapping& m,
                                                         const std::vector<checked_input>& inputs);

/// Reads the inputs for the contacts' distinct values (of the rows that are sent: `skip` and
/// `limit` hold), looks each up on the server, and writes the answers into the run's folder, where
/// `load_mapping` finds them. The mapping with its contacts; nothing where a signal came first.
[[nodiscard]] std::optional<result<loaded_mapping>> look_up_contacts(
    const import_options& o, const input_options& reading, const loaded_mapping& m,
    const delivery::server& s, const ledger::run_folder& folder, import_observer& watch);

} // namespace noteload::run
