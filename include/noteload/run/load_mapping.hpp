#pragma once

#include <memory>
#include <optional>
#include <string>

#include "noteload/error.hpp"
#include "noteload/mapping/contact_resolver.hpp"
#include "noteload/mapping/mapping_rules.hpp"
#include "noteload/mapping/note_mapper.hpp"

namespace noteload::run {

/// A mapping with all that it needs from files.
struct loaded_mapping {
    mapping::mapping_rules rules;
    std::shared_ptr<const mapping::contact_resolver> contacts; ///< of `by = "file:…"`; else null
};

/// The mapping of `path`, or by field name where it is empty. A contacts file is looked for in the
/// mapping file's folder; it is read whole, and the rules then have its absolute path and the hash
/// of what it says, so that `to_toml` of them stands for the same mapping anywhere. Fails with
/// `errc::usage` or `errc::input` where a file cannot be used, and with `errc::changed` where the
/// contacts file is not the one whose hash the rules have.
[[nodiscard]] result<loaded_mapping> load_mapping(const std::string& path);

/// A mapper by it; see `note_mapper::by_rules`.
[[nodiscard]] result<mapping::note_mapper> make_mapper(
    const loaded_mapping& m, std::optional<mapping::organization_facts> facts);

/// How the contacts are given where only the server knows them (`reference:LGL`, `email`); empty
/// for ids and files.
[[nodiscard]] std::string looked_up_by(const mapping::mapping_rules& rules);

/// Importing needs every contact, and looking them up by the server is not built yet.
[[nodiscard]] std::optional<failure> complain_of_lookups(const mapping::mapping_rules& rules);

} // namespace noteload::run
