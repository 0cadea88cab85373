#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/mapping/contact_resolver.hpp"
#include "noteload/mapping/date_mapper.hpp"
#include "noteload/mapping/mapping_rules.hpp"
#include "noteload/mapping/note_types.hpp"
#include "noteload/mapping/notices.hpp"
#include "noteload/mapping/text_mapper.hpp"

namespace noteload::mapping {

struct mapped_note;

/// The columns that rules read, each once, compared as headers are.
class column_set {
public:
    std::size_t take(std::string_view name, bool required);
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
    [[nodiscard]] bool is_required(std::size_t i) const { return required_[i]; }

private:
    std::vector<std::string> names_;
    std::vector<bool> required_;
};

/// The part of `note_mapper` that follows a mapping file. Not for several threads.
class rule_mapper {
public:
    /// `resolver`: null for ids, and where nobody can be asked: then contacts that need asking are
    /// taken for known and their id is 0. `types`: null offline.
    rule_mapper(const mapping_rules& rules, std::shared_ptr<const contact_resolver> resolver,
                const note_types* types);

    [[nodiscard]] const column_set& columns() const noexcept { return columns_; }

    /// As `note_mapper::map`; `into` has the record's own faults already.
    void map(const record& from, const note_types* types, const date_mapper::organization& to,
             mapped_note& into);

    [[nodiscard]] const notices& noticed() const noexcept { return noticed_; }
    void forget_noticed() noexcept { noticed_ = {}; }

private:
    struct known_type {
        std::string from; ///< in lower case
        std::string to;   ///< in the organisation's spelling, where that is known
    };
    struct known_flag {
        std::string word;
        bool meaning = false;
    };
    struct flag {
        std::size_t column = 0;
        std::vector<known_flag> words; ///< empty: the words of `read_boolean`
    };

    void map_contact(const cell& from, mapped_note& into) const;
    [[nodiscard]] bool map_type(const record& from, const note_types* types,
                                mapped_note& into) const;
    [[nodiscard]] const known_type* find_type(std::string_view text) const;
    [[nodiscard]] bool map_date(const record& from, const date_mapper::organization& to,
                                mapped_note& into);
    static void map_flag(const cell& from, const flag& rule, reason otherwise,
                         std::optional<bool>& to, mapped_note& into);
    void map_time(const cell& from, mapped_note& into) const;
    [[nodiscard]] flag flag_of(const flag_rule& rule, bool required);

    mapping_rules rules_;
    std::shared_ptr<const contact_resolver> resolver_;
    column_set columns_;
    std::size_t contact_at_;
    std::size_t type_at_ = 0;
    std::vector<std::size_t> dates_at_;
    std::vector<const cell*> dates_;
    flag important_;
    flag private_;
    std::size_t time_at_ = 0;
    std::vector<known_type> types_; // sorted
    std::string otherwise_;
    text_mapper text_;
    date_mapper date_;
    std::optional<std::size_t> key_at_;
    notices noticed_;
};

} // namespace noteload::mapping
