#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/contact_note.hpp"
#include "noteload/error.hpp"
#include "noteload/mapping/contact_resolver.hpp"
#include "noteload/mapping/date_time.hpp"
#include "noteload/mapping/mapping_rules.hpp"
#include "noteload/mapping/note_types.hpp"
#include "noteload/mapping/rule_mapper.hpp"
#include "noteload/record.hpp"

namespace noteload::mapping {

/// What only the server knows; absent in an offline check.
struct organization_facts {
    std::vector<std::string> types; ///< display names, the organisation's own spelling
    std::string time_zone;          ///< IANA name such as `US/Arizona`; where this machine does
                                    ///< not know it, dates with an offset are invalid
};

/// A row as a note, or why it cannot be one.
struct mapped_note {
    note_request note;         ///< complete only where `faults` is empty
    std::string_view key;      ///< the key cell, trimmed; empty where there is none
    std::vector<fault> faults; ///< all of them: the record's own first, then by column
};

/// Turns records into notes: record → note, or every reason why not. One mapper serves a run; use
/// it from one thread at a time. A row without faults costs no allocation.
///
/// Without facts (an offline check) a type is taken as it is, and a date with Z or an offset is
/// validated and left as it stands, for nobody knows the organisation's time zone: such a row's
/// preview differs from the request that an import would send.
class note_mapper {
public:
    /// Columns are named as the API's fields, in any case. `key` is the key column's name, or
    /// empty; it may be one of the fields. Fails with `errc::organization` where the
    /// organisation lists no types, with `errc::usage` where `key` is blank.
    [[nodiscard]] static result<note_mapper> by_field_name(std::optional<organization_facts> facts,
                                                           std::string key);

    /// By a mapping file's rules. `resolver` is for contacts that are not given by id; without one
    /// they are taken for known, which an offline check has to do. Fails as `by_field_name` does,
    /// and with `errc::usage` where the rules name a type that the organisation has not.
    [[nodiscard]] static result<note_mapper> by_rules(
        std::optional<organization_facts> facts, const mapping_rules& rules,
        std::shared_ptr<const contact_resolver> resolver);

    /// What a reader must deliver, in this order.
    [[nodiscard]] std::span<const std::string> columns() const noexcept { return columns_; }

    /// For CSV. Fails (`errc::input`) where contactId, type, note or the key column is not in the
    /// header, or where a column that is read stands there twice; the message begins with the
    /// input's name and says what was found and what to do.
    [[nodiscard]] std::optional<failure> check_header(std::span<const std::string> header,
                                                      std::string_view input_name) const;

    /// The columns of a file that nothing is taken from, in its order and spelling, trimmed; those
    /// without a name are left out.
    [[nodiscard]] std::vector<std::string> unused(std::span<const std::string> header) const;

    /// True: `into.note` is a note. False: `into.faults` has all that is wrong with the row; of a
    /// record without cells only the record's own faults. `from` comes from a reader of
    /// `columns()`. The views in `into` live until the next call, no longer than the record's
    /// memory, and not beyond a move of the mapper. `into` may be used again: its memory is kept.
    bool map(const record& from, mapped_note& into);

    /// The mapping as resolved, in the form of the mapping file (TOML): what `mapping.toml` holds
    /// and the log's `mapping_hash` is of. The facts are no part of it.
    [[nodiscard]] std::string to_toml() const;

    /// What was changed or decided in the rows so far, or since `forget_noticed`.
    [[nodiscard]] const notices& noticed() const noexcept;
    void forget_noticed() noexcept;

private:
    note_mapper(std::optional<note_types> types, const date::time_zone* zone, std::string key);

    void map_type(const cell& from, mapped_note& into) const;
    void map_date(const cell& from, mapped_note& into);

    std::optional<note_types> types_;   // nothing: offline
    const date::time_zone* zone_;       // null: offline, or unknown
    std::vector<std::string> columns_;  // those of the fields, in the fields' order, then the key's
    std::optional<std::size_t> key_at_; // of columns_
    date_buffer date_{};                // what note_date_time looks at
    mapping_rules rules_;
    std::optional<rule_mapper> by_rules_; // nothing: by field name
};

} // namespace noteload::mapping
