#include "noteload/run/check.hpp"

#include "noteload/delivery/request.hpp"
#include "noteload/ledger/run_folder.hpp"
#include "noteload/ledger/side_files.hpp"
#include "noteload/run/load_mapping.hpp"
#include "noteload/text.hpp"

#include <algorithm>
#include <optional>
#include <thread>

namespace noteload::run {

namespace {

constexpr std::uint64_t tick_every = 4096;

/// That read; more of them than this thread can map notes for would only wait.
constexpr unsigned most_threads = 4;

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

class checking {
public:
    checking(const check_options& o, mapping::note_mapper mapper, delivery::request_writer requests,
             std::optional<rejects> into, std::optional<key_check> keys, check_facts facts,
             check_result about)
        : options_(o),
          facts_(std::move(facts)),
          keys_(std::move(keys)),
          mapper_(std::move(mapper)),
          requests_(std::move(requests)),
          rejects_(std::move(into)),
          found_(std::move(about)) {}

    result<void> take(const record& r) {
        ++read_;
        mapper_.map(r, note_);
        row_.what = keys_ ? keys_->judge(r, note_) : outcome::invalid;
        if (note_.faults.empty()) {
            plan();
            facts_.add(r, note_, body_);
            return {};
        }
        facts_.add(r, note_, {});
        row_.at = r.at;
        row_.faults = note_.faults;
        found_.summary.add(row_);
        return rejects_ ? rejects_->add(row_, r.bytes) : result<void>();
    }

    [[nodiscard]] std::uint64_t read() const noexcept { return read_; }
    check_result result_of() {
        found_.noticed = mapping::tell(mapper_.noticed());
        found_.summary.set_read(read_);
        found_.notes = facts_.tell();
        if (rejects_) {
            found_.folder = rejects_->folder();
            found_.rejects = rejects_->names();
        }
        return std::move(found_);
    }

private:
    void plan() {
        const std::uint64_t size = delivery::note_body_size(note_.note);
        ++found_.to_send;
        found_.body_bytes += size;
        found_.longest_body = std::max(found_.longest_body, size);
        if (found_.previews.size() < options_.preview) {
            body_.clear();
            delivery::append_note_body(body_, note_.note);
            requests_.create_note(found_.previews.emplace_back(), body_);
        }
    }

    const check_options& options_;
    check_facts facts_;
    std::optional<key_check> keys_;
    mapping::note_mapper mapper_;
    delivery::request_writer requests_;
    std::optional<rejects> rejects_;
    mapping::mapped_note note_;
    settled_row row_;
    std::string body_;
    std::uint64_t read_ = 0;
    check_result found_;
};

/// Of runs at this server with this key column, whatever their organisation: no server is asked.
result<std::optional<key_check>> keys_of(const check_options& o, const std::string& base_url) {
    if (o.key.empty()) {
        return std::optional<key_check>();
    }
    ledger::known_keys known;
    if (!o.history.empty()) {
        auto history = ledger::key_history::look_at(ledger::real_disk(), o.history);
        auto read = history.read({base_url, "", o.key}, nullptr);
        if (!read) {
            return read.error();
        }
        known = std::move(*read);
    }
    return std::optional(key_check(std::move(known), o.duplicate_keys));
}

/// What is known of the inputs before the first row.
check_result about_inputs(const std::vector<checked_input>& inputs,
                          const mapping::note_mapper& mapper) {
    check_result r;
    for (const auto& in : inputs) {
        r.inputs.push_back(in.what.name);
        r.facts.push_back(in.facts);
        r.reject_options.push_back(source::options_for_rejects(in.facts, in.dialect));
        for (auto& name : mapper.unused(in.header)) {
            const auto same = [&](const auto& known) { return equal_without_case(known, name); };
            if (std::none_of(r.unused_columns.begin(), r.unused_columns.end(), same)) {
                r.unused_columns.push_back(std::move(name));
            }
        }
    }
    return r;
}

} // namespace

result<check_result> run_check(const check_options& o,
                               const std::function<void(std::uint64_t)>& tick) {
    const auto mapping = load_mapping(o.mapping, o.key);
    if (!mapping) {
        return mapping.error();
    }
    auto mapper = make_mapper(*mapping, std::nullopt);
    if (!mapper) {
        return mapper.error();
    }
    auto inputs = check_inputs(o.paths, o.reading, *mapper);
    if (!inputs) {
        return inputs.error();
    }
    auto where = delivery::parse_base_url(o.base_url);
    if (!where) {
        return where.error();
    }
    auto keys = keys_of(o, where->url);
    if (!keys) {
        return keys.error();
    }
    auto into = rejects::open(o, *inputs);
    if (!into) {
        return into.error();
    }
    check_result about = about_inputs(*inputs, *mapper);
    check_facts facts({mapper->columns().begin(), mapper->columns().end()},
                      mapping->rules.contact.column);
    auto reading = o.reading;
    reading.threads = std::clamp(std::thread::hardware_concurrency(), 1U, most_threads);
    record_walk walk(std::move(*inputs), reading, mapper->columns());
    checking work(o, std::move(*mapper), delivery::request_writer(*where, delivery::masked_token),
                  std::move(*into), std::move(*keys), std::move(facts), std::move(about));
    record r;
    for (;;) {
        auto got = walk.next(r);
        if (!got) {
            return got.error();
        }
        if (!*got || (o.limit && work.read() == *o.limit)) {
            break;
        }
        if (r.at.row <= o.skip) {
            continue;
        }
        if (auto done = work.take(r); !done) {
            return done.error();
        }
        if (work.read() % tick_every == 0) {
            tick(work.read());
        }
    }
    auto found = work.result_of();
    found.not_looked_up = looked_up_by(mapping->rules);
    found.plan = {.look_ups = found.not_looked_up.empty() ? 0 : found.notes.contacts,
                  .notes = found.to_send,
                  .reserve = o.reserve,
                  .rate = o.rate,
                  .quota = std::nullopt};
    return found;
}

} // namespace noteload::run
