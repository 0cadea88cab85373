#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// What a mapping file says, as values. The defaults are what holds without a mapping file: each
// field is read from the column of its own name.

namespace noteload::mapping {

enum class contact_by : std::uint8_t {
    id,        ///< the cell is the contact's Virtuous id
    reference, ///< a legacy id that the server knows under a source's name
    email,
    file, ///< a former id that a file of the user's translates
};

struct contact_rule {
    std::string column{"contactId"};
    contact_by by = contact_by::id;
    std::string source; ///< of `reference`: the source's name; of `file`: the file's path
    std::string hash;   ///< of `file`: its content must have this hash; empty: any

    friend bool operator==(const contact_rule&, const contact_rule&) = default;
};

struct type_rule {
    std::string column{"type"}; ///< empty: every note is of the type `otherwise`
    /// What stands in the file, and the organisation's type for it; sorted, matched without ASCII
    /// case. An empty first is an empty cell.
    std::vector<std::pair<std::string, std::string>> values;
    std::string otherwise; ///< for all that is unknown; empty: that is invalid

    friend bool operator==(const type_rule&, const type_rule&) = default;
};

enum class text_format : std::uint8_t { text, html };
enum class over_rule : std::uint8_t { invalid, truncate };
enum class picture_rule : std::uint8_t { keep, drop, invalid };

struct note_rule {
    std::string column{"note"}; ///< empty where there is a template
    std::string pattern;        ///< the template, see `note_template`
    text_format format = text_format::text;
    text_format source_format = text_format::text;
    picture_rule pictures = picture_rule::keep;
    std::optional<std::int64_t> max_length; ///< characters of the text as sent, from 1
    over_rule over = over_rule::invalid;

    friend bool operator==(const note_rule&, const note_rule&) = default;
};

struct date_rule {
    std::vector<std::string> columns{"noteDateTime"}; ///< joined by a blank, empty cells left out
    std::vector<std::string> formats{"iso"};          ///< see `date_format`; the first that fits
    std::string zone;                                 ///< IANA name; empty: the organisation's
    bool first_day = false;            ///< a year or month alone becomes its first day
    std::optional<std::int64_t> pivot; ///< two-digit years are those from here to 99 later

    friend bool operator==(const date_rule&, const date_rule&) = default;
};

struct flag_rule {
    std::string column;
    std::optional<std::vector<std::string>> yes; ///< nothing: the words of `read_boolean`
    std::optional<std::vector<std::string>> no;

    friend bool operator==(const flag_rule&, const flag_rule&) = default;
};

enum class time_unit : std::uint8_t { minutes, hours, hh_mm };

struct time_rule {
    std::string column{"timeSpent"};
    time_unit unit = time_unit::minutes;

    friend bool operator==(const time_rule&, const time_rule&) = default;
};

struct mapping_rules {
    std::string key; ///< the key column; empty: none
    contact_rule contact;
    type_rule type;
    note_rule note;
    date_rule date;
    flag_rule important{.column = "important", .yes = {}, .no = {}};
    flag_rule is_private{.column = "private", .yes = {}, .no = {}};
    time_rule time_spent;

    friend bool operator==(const mapping_rules&, const mapping_rules&) = default;
};

/// Whether each field is read from the column of its own name: no conversion but the built-in ones.
[[nodiscard]] bool is_by_field_name(const mapping_rules& rules);

} // namespace noteload::mapping
