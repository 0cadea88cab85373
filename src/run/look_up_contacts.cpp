#include "noteload/run/look_up_contacts.hpp"

#include "noteload/delivery/contact_lookup.hpp"
#include "noteload/json_text.hpp"
#include "noteload/ledger/disk.hpp"
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
    const bool plain = c.kind == cell_kind::text || c.kind == cell_kind::number;
    return plain && !mapping::is_empty(c) && !mapping::excel_leaving_of_id(c) &&
           (by != mapping::contact_by::email || c.text.find('@') != std::string_view::npos);
}

/// The distinct values, each with contact 0.
result<std::shared_ptr<mapping::contact_book>> collect(const import_options& o,
                                                       const input_options& reading,
                                                       const loaded_mapping& m) {
    auto mapper = make_mapper(m, std::nullopt);
    if (!mapper) {
        return mapper.error();
    }
    auto inputs = check_inputs(o.paths, reading, *mapper);
    if (!inputs) {
        return inputs.error();
    }
    auto book = std::make_shared<mapping::contact_book>();
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
            return book;
        }
        if (r.at.row <= o.skip) {
            continue;
        }
        ++taken;
        if (!r.cells.empty() && can_be_asked(r.cells[0], m.rules.contact.by)) {
            book->add(trimmed(r.cells[0].text), 0);
        }
    }
}

/// Fills the book; false where a signal came first.
result<bool> ask(const import_options& o, const loaded_mapping& m, const delivery::server& s,
                 mapping::contact_book& book, import_observer& watch) {
    namespace asio = boost::asio;
    asio::io_context on(1);
    std::size_t done = 0;
    std::size_t unknown = 0;
    const auto found = [&](std::size_t i, std::int64_t contact) {
        book.set(i, contact);
        unknown += contact == 0 ? 1 : 0;
        if (++done % tell_every == 0 && done < book.size()) {
            watch.looking_up(done, book.size(), unknown);
        }
    };
    delivery::contact_lookup all(on, s,
                                 {.how = {m.rules.contact.source},
                                  .count = book.size(),
                                  .value = [&](std::size_t i) { return book.former(i); },
                                  .found = found,
                                  .concurrency = o.concurrency,
                                  .limit = o.rate,
                                  .reserve = o.reserve,
                                  .pace = o.pace,
                                  .give_up_after = o.give_up_after});
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
    watch.looking_up(done, book.size(), unknown);
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

std::optional<result<loaded_mapping>> look_up_contacts(
    const import_options& o, const input_options& reading, const loaded_mapping& m,
    const delivery::server& s, const ledger::run_folder& folder, import_observer& watch) {
    auto book = collect(o, reading, m);
    if (!book) {
        return book.error();
    }
    const auto asked = ask(o, m, s, **book, watch);
    if (!asked) {
        return asked.error();
    }
    if (!*asked) {
        return std::nullopt;
    }
    if (auto done = write(**book, folder.file(std::string(lookups_file))); !done) {
        return done.error();
    }
    return loaded_mapping{m.rules, std::move(*book)};
}

} // namespace noteload::run
