#include "noteload/run/contacts_file.hpp"

#include "noteload/ledger/log_format.hpp"
#include "noteload/mapping/excel.hpp"
#include "noteload/mapping/field_values.hpp"
#include "noteload/mapping/header_check.hpp"
#include "noteload/source/record_reader.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace noteload::run {

namespace {

constexpr std::string_view contact_column = "contactId";

failure wrong(const std::string& path, std::string why) {
    return {errc::input, fmt::format("{}: {}", printable(path, 200), why)};
}

/// The column of the former ids, or why it cannot be told.
result<std::string> former_column(const std::string& path, std::span<const std::string> header,
                                  const std::string& former) {
    const auto has = [&](std::string_view name) {
        return std::any_of(header.begin(), header.end(),
                           [&](const std::string& h) { return mapping::same_column(h, name); });
    };
    if (!has(contact_column)) {
        return wrong(path, "the contacts file needs a column contactId with the Virtuous ids");
    }
    if (has(former)) {
        return former;
    }
    if (header.size() != 2) {
        return wrong(path, fmt::format("the contacts file needs a column \"{}\" with the former "
                                       "ids, as the notes have it, or just two columns",
                                       printable(former, 60)));
    }
    return header[mapping::same_column(header[0], contact_column) ? 1 : 0];
}

/// Why a row cannot be used; nothing where it was.
std::optional<std::string> take(const record& r, mapping::contact_book& into) {
    if (!r.faults.empty()) {
        return r.faults[0].detail;
    }
    const auto& former = r.cells[0];
    const auto& contact = r.cells[1];
    for (const auto& c : r.cells) {
        if (const auto left = mapping::excel_leaving_of_id(c)) {
            return mapping::explain_leaving(*left, c);
        }
    }
    if (mapping::is_empty(contact)) {
        return std::nullopt;
    }
    const auto id = mapping::read_contact_id(contact);
    if (!id) {
        return mapping::why_no_contact_id(contact);
    }
    const auto text = trimmed(former.text);
    if (text.empty() || (former.kind != cell_kind::text && former.kind != cell_kind::number)) {
        return "the former id is missing";
    }
    if (into.add(text, *id) == mapping::contact_book::added::contradicts) {
        return fmt::format("the former id {} was given another contact before: keep one",
                           mapping::quoted(former));
    }
    return std::nullopt;
}

result<std::unique_ptr<source::record_reader>> open(const source::input& what,
                                                    std::vector<std::string> columns) {
    source::reading_options how;
    how.columns = std::move(columns);
    return source::open_reader(what, how);
}

} // namespace

result<contacts_file> read_contacts(const std::string& path, const std::string& former,
                                    bool may_be_empty) {
    auto what = source::look_at(path, std::nullopt);
    if (!what) {
        return what.error();
    }
    if (!what->bytes) {
        return wrong(path, "the contacts file must be a file, not a pipe");
    }
    auto reader = open(*what, {former, std::string(contact_column)});
    if (!reader) {
        return reader.error();
    }
    if ((*reader)->format() == source::file_format::csv) {
        auto column = former_column(path, (*reader)->header(), former);
        if (!column) {
            return column.error();
        }
        reader = open(*what, {*column, std::string(contact_column)});
        if (!reader) {
            return reader.error();
        }
    }
    auto book = std::make_shared<mapping::contact_book>();
    std::uint64_t hash = 0;
    std::string hashed;
    record r;
    for (;;) {
        const auto got = (*reader)->next(r);
        if (!got) {
            return got.error();
        }
        if (!*got) {
            break;
        }
        if (const auto why = take(r, *book)) {
            return failure{errc::input,
                           fmt::format("{}:{}: {}", printable(path, 200), r.at.line, *why)};
        }
        // A chain: the file is never held whole.
        hashed = ledger::hash_text(hash);
        hashed += r.bytes;
        hash = ledger::mark_hash(hashed);
    }
    if (book->size() == 0 && !may_be_empty) {
        return wrong(path, "the contacts file has no contact");
    }
    return contacts_file{std::move(book), ledger::hash_text(hash)};
}

} // namespace noteload::run
