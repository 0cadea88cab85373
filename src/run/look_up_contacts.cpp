#include "noteload/run/look_up_contacts.hpp"

#include "noteload/delivery/contact_lookup.hpp"
#include "noteload/json_text.hpp"
#include "noteload/ledger/disk.hpp"
#include "noteload/ledger/side_files.hpp"
#include "noteload/mapping/contact_book.hpp"
#include "noteload/mapping/excel.hpp"
#include "noteload/mapping/field_values.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <boost/asio/basic_signal_set.hpp>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iterator>

namespace noteload::run {

namespace {

constexpr std::size_t tell_every = 64;
constexpr std::size_t write_every = 1 << 16; // bytes

/// What can be asked for; the mapper refuses the rest without asking.
bool can_be_asked(const cell& c, mapping::contact_by by) {
    if (by == mapping::contact_by::id) {
        return mapping::read_contact_id(c).has_value();
    }
    const bool plain = c.kind == cell_kind::text || c.kind == cell_kind::number;
    return plain && !mapping::is_empty(c) && !mapping::excel_leaving_of_id(c) &&
           (by != mapping::contact_by::email || c.text.find('@') != std::string_view::npos);
}

/// The distinct values, each with contact 0.
result<contact_answers> collect(const import_options& o, const input_options& reading,
                                const loaded_mapping& m) {
    auto mapper = make_mapper(m, std::nullopt);
    if (!mapper) {
        return mapper.error();
    }
    auto inputs = check_inputs(o.paths, reading, *mapper);
    if (!inputs) {
        return inputs.error();
    }
    contact_answers found{.book = std::make_shared<mapping::contact_book>(), .rows = {}};
    const std::vector<std::string> column = {m.rules.contact.column};
    record_walk walk(std::move(*inputs), reading, column);
    std::uint64_t taken = 0;
    record r;
    for (;;) {
        const auto got = walk.next(r);
        if (!got) {
            return got.error();
        }
        if (!*got || (o.limit && taken == *o.limit)) {
            return found;
        }
        if (r.at.row <= o.skip) {
            continue;
        }
        ++taken;
        if (!r.cells.empty() && can_be_asked(r.cells[0], m.rules.contact.by)) {
            const auto value = trimmed(r.cells[0].text);
            found.book->add(value, 0);
            found.rows.resize(found.book->size());
            ++found.rows[*found.book->index_of(value)];
        }
    }
}

/// Fills the book; false where a signal came first.
result<bool> ask(const import_options& o, const loaded_mapping& m, const delivery::server& s,
                 const std::vector<delivery::quota_heard>& heard, contact_answers& answers,
                 const lookup_watch& watch) {
    auto& book = *answers.book;
    namespace asio = boost::asio;
    asio::io_context on(1);
    std::size_t done = 0;
    std::size_t unknown = 0;
    const auto found = [&](std::size_t i, std::int64_t contact) {
        book.set(i, contact);
        unknown += contact == 0 ? 1 : 0;
        if (++done % tell_every == 0 && done < book.size()) {
            watch(done, book.size(), unknown);
        }
    };
    delivery::contact_lookup all(
        on, s,
        {.how = {.source = m.rules.contact.by == mapping::contact_by::reference
                               ? m.rules.contact.source
                               : "",
                 .by_id = m.rules.contact.by == mapping::contact_by::id},
         .count = book.size(),
         .value = [&](std::size_t i) { return book.former(i); },
         .found = found,
         .index_of = [&](auto text) { return book.index_of(text); },
         .concurrency = o.concurrency,
         .limit = o.rate,
         .reserve = o.reserve,
         .pace = o.pace,
         .give_up_after = o.give_up_after,
         .heard = heard});
    bool interrupted = false;
    asio::basic_signal_set<asio::io_context::executor_type> signals(on, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (!error) {
            interrupted = true;
            all.stop();
        }
    });
    result<void> ended;
    asio::co_spawn(on, all.run(), [&](const std::exception_ptr& e, result<void> r) {
        if (e) {
            std::rethrow_exception(e);
        }
        ended = std::move(r);
        boost::system::error_code ignored;
        signals.cancel(ignored);
    });
    on.run();
    if (interrupted) {
        return false;
    }
    if (!ended) {
        return ended.error();
    }
    answers.requests = all.requests();
    answers.quota = all.quota();
    answers.server_time = all.server_now();
    watch(done, book.size(), unknown);
    return true;
}

result<void> write(const mapping::contact_book& book, const std::string& path) {
    auto& disk = ledger::real_disk();
    disk.remove(path);
    auto file = disk.create(path);
    if (!file) {
        return file.error();
    }
    std::string lines;
    for (std::size_t i = 0; i < book.size(); ++i) {
        lines += "{\"value\":";
        append_json_string(lines, book.former(i));
        fmt::format_to(std::back_inserter(lines), ",\"contactId\":{}}}\n",
                       book.contact(i) == 0 ? "null" : std::to_string(book.contact(i)));
        if (lines.size() > write_every || i + 1 == book.size()) {
            if (auto done = (*file)->append(lines); !done) {
                return done;
            }
            lines.clear();
        }
    }
    return (*file)->sync();
}

/// Each once, those of the most rows first. Nothing where all are known.
result<void> write_unknown(const contact_answers& from, const std::string& path) {
    auto& disk = ledger::real_disk();
    disk.remove(path);
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < from.book->size(); ++i) {
        if (from.book->contact(i) == 0) {
            unknown.push_back(i);
        }
    }
    if (unknown.empty()) {
        return {};
    }
    std::stable_sort(unknown.begin(), unknown.end(),
                     [&](auto a, auto b) { return from.rows[a] > from.rows[b]; });
    std::string lines = "contact,rows\n";
    for (const auto i : unknown) {
        ledger::append_csv_cell(lines, from.book->former(i));
        fmt::format_to(std::back_inserter(lines), ",{}\n", from.rows[i]);
    }
    auto file = disk.create(path);
    if (!file) {
        return file.error();
    }
    if (auto done = (*file)->append(lines); !done) {
        return done;
    }
    return (*file)->sync();
}

} // namespace

bool needs_lookups(const loaded_mapping& m) {
    return !looked_up_by(m.rules).empty() && !m.contacts;
}

std::optional<failure> complain_of_lookups(const loaded_mapping& m,
                                           const std::vector<checked_input>& inputs) {
    const auto is_pipe = [](const checked_input& in) { return !in.what.bytes; };
    if (!needs_lookups(m) || std::none_of(inputs.begin(), inputs.end(), is_pipe)) {
        return std::nullopt;
    }
    return failure{errc::usage,
                   fmt::format("contacts by {} are looked up before the first note leaves, so the "
                               "input is read twice: save standard input as a file",
                               printable(looked_up_by(m.rules), 60))};
}

std::optional<result<contact_answers>> ask_for_contacts(
    const import_options& o, const input_options& reading, const loaded_mapping& m,
    const delivery::server& s, const std::vector<delivery::quota_heard>& heard,
    const lookup_watch& watch) {
    auto answers = collect(o, reading, m);
    if (!answers) {
        return answers.error();
    }
    const auto asked = ask(o, m, s, heard, *answers, watch);
    if (!asked) {
        return asked.error();
    }
    return *asked ? std::optional(std::move(answers)) : std::nullopt;
}

std::optional<result<loaded_mapping>> look_up_contacts(
    const import_options& o, const input_options& reading, const loaded_mapping& m,
    const delivery::server& s, const ledger::run_folder& folder, import_observer& watch) {
    auto answers = ask_for_contacts(
        o, reading, m, s, {},
        [&watch](auto done, auto of, auto unknown) { watch.looking_up(done, of, unknown); });
    if (!answers || !*answers) {
        return answers ? std::optional<result<loaded_mapping>>(answers->error()) : std::nullopt;
    }
    auto& found = **answers;
    if (auto done = write(*found.book, folder.file(std::string(lookups_file))); !done) {
        return done.error();
    }
    if (auto done = write_unknown(found, folder.file(std::string(unknown_contacts_file))); !done) {
        return done.error();
    }
    return loaded_mapping{m.rules, std::move(found.book)};
}

} // namespace noteload::run
