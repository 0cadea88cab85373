#include "noteload/reason.hpp"

#include <array>
#include <ostream>
#include <utility>

namespace noteload {

namespace {

struct entry {
    reason value;
    std::string_view word;
};

constexpr std::array table = {
    entry{reason::bad_quoting, "bad_quoting"},
    entry{reason::truncated, "truncated"},
    entry{reason::wrong_column_count, "wrong_column_count"},
    entry{reason::record_too_long, "record_too_long"},
    entry{reason::bad_utf8, "bad_utf8"},
    entry{reason::bad_encoding, "bad_encoding"},
    entry{reason::nul_byte, "nul_byte"},
    entry{reason::bad_json, "bad_json"},
    entry{reason::not_an_object, "not_an_object"},
    entry{reason::duplicate_field, "duplicate_field"},
    entry{reason::missing_contact_id, "missing_contact_id"},
    entry{reason::bad_contact_id, "bad_contact_id"},
    entry{reason::missing_type, "missing_type"},
    entry{reason::unknown_type, "unknown_type"},
    entry{reason::missing_note, "missing_note"},
    entry{reason::bad_note, "bad_note"},
    entry{reason::bad_date, "bad_date"},
    entry{reason::bad_important, "bad_important"},
    entry{reason::bad_private, "bad_private"},
    entry{reason::bad_time_spent, "bad_time_spent"},
    entry{reason::excel_formula, "excel_formula"},
    entry{reason::excel_error, "excel_error"},
    entry{reason::excel_number, "excel_number"},
    entry{reason::note_too_long, "note_too_long"},
    entry{reason::embedded_picture, "embedded_picture"},
    entry{reason::unknown_contact, "unknown_contact"},
    entry{reason::missing_key, "missing_key"},
    entry{reason::duplicate_key, "duplicate_key"},
    entry{reason::key_in_doubt, "key_in_doubt"},
    entry{reason::bad_request, "bad_request"},
    entry{reason::not_found, "not_found"},
    entry{reason::conflict, "conflict"},
    entry{reason::unprocessable, "unprocessable"},
    entry{reason::firewall, "firewall"},
    entry{reason::other_client_error, "other_client_error"},
    entry{reason::timeout, "timeout"},
    entry{reason::connection_lost, "connection_lost"},
    entry{reason::server_error, "server_error"},
    entry{reason::unreadable_answer, "unreadable_answer"},
    entry{reason::modified, "modified"},
    entry{reason::already_imported, "already_imported"},
    entry{reason::stopped, "stopped"},
    entry{reason::out_of_tries, "out_of_tries"},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].value) != i) {
            return false;
        }
    }
    return true;
}
static_assert(in_order(), "the table is indexed by the enumerator");

constexpr auto reasons = [] {
    std::array<reason, table.size()> out{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        out[i] = table[i].value;
    }
    return out;
}();

} // namespace

std::string_view to_word(reason r) noexcept {
    return table[static_cast<std::size_t>(r)].word;
}

std::optional<reason> reason_from_word(std::string_view word) noexcept {
    for (const auto& e : table) {
        if (e.word == word) {
            return e.value;
        }
    }
    return std::nullopt;
}

std::span<const reason> all_reasons() noexcept {
    return reasons;
}

std::ostream& operator<<(std::ostream& out, reason r) {
    return out << to_word(r);
}

} // namespace noteload
