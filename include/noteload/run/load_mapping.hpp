#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/error.hpp"
#include "noteload/mapping/contact_resolver.hpp"
#include "noteload/mapping/mapping_rules.hpp"
#include "noteload/mapping/note_mapper.hpp"

namespace noteload::run {

/// A mapping with all that it needs from files.
struct loaded_mapping {
    mapping::mapping_rules rules;
    /// Of `by = "file:…"`, or as an import of that run folder found them on the server; else null.
    std::shared_ptr<const mapping::contact_resolver> contacts;
};

/// Beside a run's `mapping.toml`: what the server said of the contacts, `value` and `contactId`.
inline constexpr std::string_view lookups_file = "looked-up-contacts.jsonl";

/// The mapping of `path`, or by field name where it is empty; `key`, where it is not empty, is the
/// key column whatever the mapping says. A contacts file is looked for in the
/// mapping file's folder; it is read whole, and the rules then have its absolute path and the hash
/// of what it says, so that `to_toml` of them stands for the same mapping anywhere. Fails with
/// `errc::usage` or `errc::input` where a file cannot be used, and with `errc::changed` where the
/// contacts file is not the one whose hash the rules have.
[[nodiscard]] result<loaded_mapping> load_mapping(const std::string& path,
                                                  const std::string& key = {});

/// A mapper by it; see `note_mapper::by_rules`.
[[nodiscard]] result<mapping::note_mapper> make_mapper(
    const loaded_mapping& m, std::optional<mapping::organization_facts> facts);

/// How the contacts are given where only the server knows them (`reference:LGL`, `email`); empty
/// for ids and files.
[[nodiscard]] std::string looked_up_by(const mapping::mapping_rules& rules);

} // namespace noteload::run
