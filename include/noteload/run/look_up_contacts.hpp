#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "noteload/delivery/limiter.hpp"
#include "noteload/delivery/server.hpp"
#include "noteload/error.hpp"
#include "noteload/ledger/run_folder.hpp"
#include "noteload/mapping/contact_book.hpp"
#include "noteload/run/import.hpp"
#include "noteload/run/inputs.hpp"
#include "noteload/run/load_mapping.hpp"

namespace noteload::run {

/// Whether the mapping's contacts still have to be asked for.
[[nodiscard]] bool needs_lookups(const loaded_mapping& m);

/// Contacts are looked up before the first note leaves, so the inputs are read twice: pipes cannot.
[[nodiscard]] std::optional<failure> complain_of_lookups(const loaded_mapping& m,
                                                         const std::vector<checked_input>& inputs);

/// What the server said of the contacts that the rows name.
struct contact_answers {
    std::shared_ptr<mapping::contact_book> book; ///< each distinct value; contact 0: unknown
    std::vector<std::uint32_t> rows;             ///< of each
    std::uint64_t requests = 0;                  ///< that it took
    std::optional<delivery::limiter::state> quota{};
    std::optional<wall_clock::time_point> server_time{};
};

/// How many were looked up, of how many, and how many of these are unknown.
using lookup_watch = std::function<void(std::size_t, std::size_t, std::size_t)>;

/// Reads the inputs for the contacts' distinct values, as `look_up_contacts` does, plain ids too,
/// and asks for each by reads alone. Nothing where a signal came first.
[[nodiscard]] std::optional<result<contact_answers>> ask_for_contacts(
    const import_options& o, const input_options& reading, const loaded_mapping& m,
    const delivery::server& s, const std::vector<delivery::quota_heard>& heard,
    const lookup_watch& watch);

/// Beside a run's log: `contact,rows` of those that the server does not know.
inline constexpr std::string_view unknown_contacts_file = "unknown-contacts.csv";

/// Reads the inputs for the contacts' distinct values (of the rows that are sent: `skip` and
/// `limit` hold), looks each up on the server, and writes the answers into the run's folder, where
/// `load_mapping` finds them. The mapping with its contacts; nothing where a signal came first.
[[nodiscard]] std::optional<result<loaded_mapping>> look_up_contacts(
    const import_options& o, const input_options& reading, const loaded_mapping& m,
    const delivery::server& s, const ledger::run_folder& folder, import_observer& watch);

} // namespace noteload::run
