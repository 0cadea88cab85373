#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/sandbox/settings.hpp"

namespace noteload::sandbox {

/// The organisation's contacts, made up from their ids, so that any file can be rehearsed:
/// - ids 1 to `count` exist (every positive id of 32 bits when `count` is 0), and the merged ones;
/// - id N has the references `LGL` / `LN` and `Old CRM` / `A/N`, and the address
///   `contactN@example.org`;
/// - ids `merged_first` to `merged_last` were merged into 1, 2, 3 and so on: they can be looked up
///   (with `mergedIntoContactId`), but take no notes.
class contact_book {
public:
    explicit contact_book(contact_settings how) : how_(std::move(how)) {}

    [[nodiscard]] bool known(std::int64_t id) const;
    [[nodiscard]] std::optional<std::int64_t> merged_into(std::int64_t id) const;
    [[nodiscard]] bool takes_notes(std::int64_t id) const { return known(id) && !merged_into(id); }

    /// By legacy reference; the source is compared without regard to case.
    [[nodiscard]] std::optional<std::int64_t> by_reference(std::string_view source,
                                                           std::string_view id) const;
    [[nodiscard]] std::optional<std::int64_t> by_email(std::string_view email) const;

    /// The whole contact as JSON, with `contactReferences` and `mergedIntoContactId`.
    [[nodiscard]] std::string contact_json(std::int64_t id) const;

    /// `{"list":[...],"total":N}`: the contacts up to `count` (or 1000 when it is 0) and the
    /// merged ones.
    [[nodiscard]] std::string page_json(std::int64_t skip, std::int64_t take) const;

private:
    contact_settings how_;
};

} // namespace noteload::sandbox
