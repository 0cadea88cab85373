#include "noteload/run/check.hpp"

#include "noteload/delivery/request.hpp"
#include "noteload/ledger/run_folder.hpp"
#include "noteload/ledger/side_files.hpp"
#include "noteload/run/check_online.hpp"
#include "noteload/run/distinct_names.hpp"
#include "noteload/run/early_signals.hpp"
#include "noteload/run/load_mapping.hpp"
#include "noteload/run/row_checker.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <thread>

namespace noteload::run {

namespace {

constexpr std::uint64_t tick_every = 4096;

/// That read and map; each has some MiB.
constexpr unsigned most_threads = 8;

/// The reject files of a check, when a folder was given for them.
class rejects {
public:
    static result<std::optional<rejects>> open(const check_options& o,
                                               const std::vector<checked_input>& inputs) {
        if (o.run_dir.empty()) {
            return std::optional<rejects>();
        }
        auto folder = ledger::run_folder::make(ledger::real_disk(), o.run_dir);
        if (!folder) {
            return folder.error();
        }
        return std::optional<rejects>(rejects(std::move(*folder), inputs));
    }

    result<void> add(const settled_row& row, std::string_view record) {
        files_.add(row, record, "");
        return files_.flush();
    }
    [[nodiscard]] const std::string& folder() const noexcept { return folder_.path(); }
    [[nodiscard]] std::vector<std::string> names() const { return files_.rejects(); }

private:
    rejects(ledger::run_folder folder, const std::vector<checked_input>& inputs)
        : folder_(std::move(folder)), files_(ledger::real_disk(), folder_.path(), false) {
        for (const auto& in : inputs) {
            files_.add_input(
                {std::string(source::to_word(in.format)), in.header_bytes, in.newline});
        }
        files_.clear_old();
    }

    ledger::run_folder folder_;
    ledger::side_files files_;
};

/// Adds up what was found in pieces, in their order.
class checking {
public:
    checking(const check_options& o, delivery::request_writer requests, std::optional<rejects> into,
             check_facts facts, check_result about)
        : options_(o),
          facts_(std::move(facts)),
          requests_(std::move(requests)),
          rejects_(std::move(into)),
          found_(std::move(about)) {}

    /// Rows whose places count from `before` on.
    result<void> add(const row_checker& rows, const place& before) {
        const auto& t = rows.tally();
        read_ += t.rows;
        found_.to_send += t.to_send;
        found_.body_bytes += t.body_bytes;
        found_.longest_body = std::max(found_.longest_body, t.longest_body);
        for (std::size_t i = 0; i < t.bodies.size() && found_.previews.size() < options_.preview;
             ++i) {
            requests_.create_note(found_.previews.emplace_back(), t.bodies[i]);
        }
        facts_.add(t, before);
        noticed_.add(rows.noticed(), before);
        for (const auto& row : t.unsent) {
            row_.at = behind(row.at, before);
            row_.what = row.what;
            row_.faults = row.faults;
            found_.summary.add(row_);
            if (const auto done = rejects_ ? rejects_->add(row_, row.bytes) : result<void>();
                !done) {
                return done;
            }
        }
        return {};
    }

    [[nodiscard]] std::uint64_t read() const noexcept { return read_; }

    check_result result_of() {
        found_.noticed = mapping::tell(noticed_);
        found_.summary.set_read(read_);
        found_.notes = facts_.tell();
        if (rejects_) {
            found_.folder = rejects_->folder();
            found_.rejects = rejects_->names();
        }
        return std::move(found_);
    }

private:
    const check_options& options_;
    check_facts facts_;
    delivery::request_writer requests_;
    std::optional<rejects> rejects_;
    mapping::notices noticed_;
    settled_row row_;
    std::uint64_t read_ = 0;
    check_result found_;
};

/// Reads all rows, several pieces at once, each worked on by the thread that reads it.
result<void> check_pieces(record_walk& walk, row_checker& otherwise, checking& work,
                          const check_watch& watch) {
    source::worked_piece piece;
    for (;;) {
        const auto got = walk.next_piece(piece, otherwise);
        if (!got) {
            return got.error();
        }
        if (!*got) {
            return {};
        }
        // All workers of this walk are such.
        const auto& rows = static_cast<const row_checker&>(*piece.worker);
        if (auto done = work.add(rows, piece.before); !done) {
            return done;
        }
        watch.rows(work.read());
    }
}

/// Reads row by row: some are passed over, or judged by those before them.
result<void> check_in_order(record_walk& walk, row_checker& rows, ordered_judges& judges,
                            checking& work, const check_options& o, const check_watch& watch) {
    record r;
    std::uint64_t taken = 0;
    const auto add = [&] {
        auto done = work.add(rows, {});
        rows.begin();
        return done;
    };
    for (;;) {
        const auto got = walk.next(r);
        if (!got) {
            return got.error();
        }
        if (!*got || (o.limit && taken == *o.limit)) {
            return add();
        }
        if (r.at.row <= o.skip) {
            continue;
        }
        rows.take(r, judges);
        if (++taken % tick_every == 0) {
            if (auto done = add(); !done) {
                return done;
            }
            watch.rows(taken);
        }
    }
}

/// Of runs at this server with this key column; without an organisation, of all.
result<std::optional<key_check>> keys_of(const check_options& o, const std::string& base_url,
                                         const std::string& organization) {
    if (o.key.empty()) {
        return std::optional<key_check>();
    }
    ledger::known_keys known;
    if (!o.history.empty()) {
        auto history = ledger::key_history::look_at(ledger::real_disk(), o.history);
        auto read = history.read({base_url, organization, o.key}, nullptr);
        if (!read) {
            return read.error();
        }
        known = std::move(*read);
    }
    return std::optional(key_check(std::move(known), o.duplicate_keys));
}

/// Which of the reader's cells names the contact; their number where none does.
std::size_t contact_at(const std::vector<std::string>& columns, const loaded_mapping& mapping) {
    const auto same = [&](const auto& name) {
        return equal_without_case(trimmed(name), trimmed(mapping.rules.contact.column));
    };
    return static_cast<std::size_t>(std::find_if(columns.begin(), columns.end(), same) -
                                    columns.begin());
}

/// Plain ids, which the mapper takes for known.
std::optional<contact_check> contacts_by_id(const std::optional<online_facts>& online,
                                            const loaded_mapping& mapping, std::size_t column) {
    if (!online || mapping.rules.contact.by != mapping::contact_by::id) {
        return std::nullopt;
    }
    return contact_check(*online->contacts.book, column);
}

/// What is known of the inputs before the first row.
check_result about_inputs(const std::vector<checked_input>& inputs,
                          const mapping::note_mapper& mapper) {
    check_result r;
    distinct_names seen;
    for (const auto& in : inputs) {
        r.inputs.push_back(in.what.name);
        r.facts.push_back(in.facts);
        r.reject_options.push_back(source::options_for_rejects(in.facts, in.dialect));
        for (auto& name : mapper.unused(in.header)) {
            if (seen.add(name)) {
                r.unused_columns.push_back(std::move(name));
            }
        }
    }
    return r;
}

/// Told of what it leaves behind.
failure interrupted(const check_options& o) {
    std::error_code ignored;
    const bool left = !o.run_dir.empty() && std::filesystem::exists(o.run_dir, ignored);
    return {errc::interrupted,
            "the check was stopped by a signal before its end" +
                (left ? fmt::format(": {} holds the wrong rows up to there", printable(o.run_dir))
                      : std::string())};
}

result<check_result> check_all(const check_options& o, const input_options& asked,
                               const early_signals& early, const check_watch& watch) {
    auto mapping = load_mapping(o.mapping, o.key);
    if (!mapping) {
        return mapping.error();
    }
    auto mapper = make_mapper(*mapping, std::nullopt);
    if (!mapper) {
        return mapper.error();
    }
    auto inputs = check_inputs(o.paths, asked, *mapper);
    if (!inputs) {
        return inputs.error();
    }
    auto where = delivery::parse_base_url(o.base_url);
    if (!where) {
        return where.error();
    }
    std::optional<online_facts> online;
    if (o.online) {
        auto looked = look_online(*o.online, asked, *mapping, *inputs, watch.looking_up);
        early.listen();
        if (!looked) {
            return looked.error();
        }
        online = std::move(*looked);
        if (!looked_up_by(mapping->rules).empty()) {
            mapping->contacts = online->contacts.book;
        }
        mapper = make_mapper(*mapping, online->known);
        if (!mapper) {
            return mapper.error();
        }
    }
    auto keys = keys_of(o, where->url, online ? online->organization : "");
    if (!keys) {
        return keys.error();
    }
    auto into = rejects::open(o, *inputs);
    if (!into) {
        return into.error();
    }
    check_result about = about_inputs(*inputs, *mapper);
    const std::vector<std::string> columns(mapper->columns().begin(), mapper->columns().end());
    const auto contact = contact_at(columns, *mapping);
    const row_tally::wants wants{
        .contact_at = contact, .bodies = o.preview, .unsent_bytes = into->has_value()};
    ordered_judges judges{contacts_by_id(online, *mapping, contact), std::move(*keys)};
    checking work(o, delivery::request_writer(*where, delivery::masked_token), std::move(*into),
                  check_facts(columns), std::move(about));
    row_checker rows(*mapper, wants);
    auto reading = asked;
    reading.threads = std::clamp(std::thread::hardware_concurrency(), 1U, most_threads);
    const bool in_order = judges.contacts || judges.keys || o.skip != 0 || o.limit;
    if (!in_order) {
        reading.worker = [&] { return std::make_unique<row_checker>(*mapper, wants); };
    }
    record_walk walk(std::move(*inputs), reading, mapper->columns());
    auto done = in_order ? check_in_order(walk, rows, judges, work, o, watch)
                         : check_pieces(walk, rows, work, watch);
    if (!done) {
        return done.error();
    }
    auto found = work.result_of();
    if (judges.contacts) {
        judges.contacts->tell(found.noticed);
    }
    const bool looks_up = !looked_up_by(mapping->rules).empty();
    found.plan = {.look_ups = looks_up ? found.notes.named_contacts : 0,
                  .notes = found.to_send,
                  .reserve = o.reserve,
                  .rate = o.rate,
                  .quota = std::nullopt};
    if (!online) {
        found.not_looked_up = looked_up_by(mapping->rules);
        return found;
    }
    found.server = seen_server{.organization = online->organization,
                               .time_zone = online->known.time_zone,
                               .types = online->known.types.size(),
                               .contacts = online->contacts.rows.size()};
    found.plan.look_ups = looks_up ? online->contacts.requests : 0; // as it took now
    found.plan.quota = online->quota;
    return found;
}

} // namespace

result<check_result> run_check(const check_options& o, const check_watch& watch) {
    const stop_switch stop;
    const early_signals early(stop);
    auto reading = o.reading;
    reading.stop_fd = stop.fd();
    auto found = check_all(o, reading, early, watch);
    if (early_signals::came()) {
        return interrupted(o);
    }
    return found;
}

} // namespace noteload::run
