#include "noteload/run/import.hpp"

#include "noteload/delivery/server.hpp"
#include "noteload/ledger/run_folder.hpp"
#include "noteload/run/early_signals.hpp"
#include "noteload/run/import_session.hpp"
#include "noteload/run/load_mapping.hpp"
#include "noteload/run/logged_options.hpp"
#include "noteload/run/look_up_contacts.hpp"
#include "noteload/run/open_history.hpp"
#include "noteload/run/preflight.hpp"
#include "noteload/run/spooled_input.hpp"
#include "noteload/run/stop_switch.hpp"
#include "noteload/run/told_facts.hpp"
#include "noteload/source/patterns.hpp"
#include "noteload/text.hpp"
#include "noteload/version.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace noteload::run {

namespace {

using std::chrono::system_clock;

ledger::log_header header_of(const import_options& o, const std::vector<checked_input>& inputs,
                             const delivery::first_look& seen, const std::string& base_url,
                             const std::string& mapping, const std::string& folder,
                             system_clock::time_point started) {
    ledger::log_header h;
    h.run = valid_utf8(std::filesystem::path(folder).filename().string()); // for people alone
    h.program = fmt::format("noteload {}", version);
    for (const auto& in : inputs) {
        h.inputs.push_back({in.what.path, in.what.bytes.value_or(0), in.what.hash});
    }
    h.mapping_hash = ledger::hash_text(ledger::mark_hash(mapping));
    h.organization = seen.who.name;
    h.base_url = base_url;
    h.options = logged_options(o);
    h.started = started;
    h.server_started = seen.server_time;
    return h;
}

std::string default_folder(const std::string& first_input, system_clock::time_point started) {
    const auto name = ledger::run_name(first_input, started);
    std::error_code ignored;
    auto path = std::filesystem::path("noteload-runs") / name;
    for (int n = 2; std::filesystem::exists(path, ignored); ++n) {
        path = std::filesystem::path("noteload-runs") / fmt::format("{}-{}", name, n);
    }
    return path.string();
}

result<std::unique_ptr<ledger::append_file>> begin_log(ledger::run_folder& folder,
                                                       const std::string& mapping,
                                                       const mapping::organization_facts& facts,
                                                       const ledger::log_header& header) {
    for (const auto& [name, text] : {std::pair(std::string("mapping.toml"), mapping),
                                     std::pair(std::string(told_facts_file), line_of(facts))}) {
        if (auto done = ledger::write_whole(ledger::real_disk(), folder.file(name), text); !done) {
            return done.error();
        }
    }
    return folder.begin_log(header);
}

/// A run in the making: what is looked at, in order, until something speaks against it. What can be
/// wrong without the server comes first: nothing is asked of it for a file that is not there.
class importing {
public:
    importing(const import_options& o, import_observer& watch) : options_(o), watch_(watch) {}

    import_result run() {
        for (const auto step :
             {&importing::copy_standard_input, &importing::look_at_mapping,
              &importing::look_at_inputs, &importing::take_folder, &importing::look_at_server,
              &importing::confirm_organization, &importing::look_up, &importing::look_at_keys}) {
            early_.listen();
            auto end = (this->*step)();
            if (early_signals::came()) {
                return interrupted_before();
            }
            if (end) {
                return std::move(*end);
            }
        }
        // From here on there is a run to be stopped in good order: by its watchman.
        early_signals::hold();
        if (early_signals::came()) {
            return interrupted_before();
        }
        if (auto end = begin()) {
            return std::move(*end);
        }
        return go_on();
    }

private:
    using early_end = std::optional<import_result>;

    early_end copy_standard_input() {
        if (!options_.spool) {
            return std::nullopt;
        }
        if (auto end = take_folder()) {
            return end;
        }
        auto copied = spooled_input::copy(*folder_, options_.paths, stop_.fd());
        if (!copied) {
            return not_begun(copied.error());
        }
        spooled_.emplace(std::move(*copied));
        return std::nullopt;
    }

    early_end look_at_mapping() {
        auto mapping = load_mapping(options_.mapping, options_.key);
        if (!mapping) {
            return not_begun(mapping.error());
        }
        mapping_ = std::move(*mapping);
        options_.key = mapping_.rules.key;
        auto mapper = make_mapper(mapping_, std::nullopt);
        if (!mapper) {
            return not_begun(mapper.error());
        }
        mapper_.emplace(std::move(*mapper));
        return std::nullopt;
    }

    early_end look_at_inputs() {
        reading_ = options_.reading;
        reading_.stop_fd = stop_.fd();
        auto inputs = check_inputs(options_.paths, reading_, *mapper_);
        if (!inputs) {
            return not_begun(inputs.error());
        }
        inputs_ = std::move(*inputs);
        if (auto complaint = complain_of_lookups(mapping_, inputs_)) {
            return not_begun(*complaint);
        }
        auto server = server_of(options_);
        if (!server) {
            return not_begun(server.error());
        }
        server_.emplace(std::move(*server));
        return std::nullopt;
    }

    early_end take_folder() {
        if (!folder_) {
            auto made = ledger::run_folder::make(
                ledger::real_disk(),
                options_.run_dir.empty()
                    ? default_folder(source::expand_patterns(options_.paths).front(), started_)
                    : options_.run_dir);
            if (!made) {
                return not_begun(made.error());
            }
            folder_.emplace(std::move(*made));
        }
        if (!options_.key.empty() && options_.history.empty()) {
            options_.history = ledger::history_of(folder_->path());
        }
        return std::nullopt;
    }

    early_end look_at_server() {
        return run::look_at_server(*server_, options_.state_folder, options_.organization, watch_,
                                   seen_);
    }

    early_end confirm_organization() {
        if (!options_.organization.empty()) {
            return std::nullopt;
        }
        const auto said = watch_.confirm(seen_.who.name, server_->at.url);
        if (!said) {
            return not_begun(said.error());
        }
        switch (*said) {
            case consent::yes:
                return std::nullopt;
            case consent::interrupted:
                return interrupted_before();
            case consent::no:
                break;
        }
        return not_begun({errc::usage, "not confirmed: nothing was sent"});
    }

    early_end look_up() {
        if (needs_lookups(mapping_)) {
            auto found = look_up_contacts(options_, reading_, mapping_, *server_, *folder_, watch_);
            if (!found) {
                return interrupted_before();
            }
            if (!*found) {
                return not_begun(found->error());
            }
            mapping_ = std::move(**found);
        }
        auto mapper = make_mapper(mapping_, facts_of(seen_));
        if (!mapper) {
            return not_begun(mapper.error());
        }
        mapper_.emplace(std::move(*mapper));
        rules_ = mapper_->to_toml();
        header_ =
            header_of(options_, inputs_, seen_, server_->at.url, rules_, folder_->path(), started_);
        return std::nullopt;
    }

    early_end look_at_keys() {
        if (options_.key.empty()) {
            return std::nullopt;
        }
        auto opened = open_history(options_, header_, folder_->path());
        if (!opened) {
            return not_begun(opened.error());
        }
        history_.emplace(std::move(*opened));
        return std::nullopt;
    }

    early_end begin() {
        auto log = begin_log(*folder_, rules_, facts_of(seen_), header_);
        if (!log) {
            if (history_) {
                history_->held.forget(header_);
            }
            return not_begun(log.error());
        }
        log_ = std::move(*log);
        if (spooled_) {
            spooled_->keep();
        }
        return std::nullopt;
    }

    import_result go_on() {
        std::optional<key_check> keys;
        if (history_) {
            keys = std::move(history_->keys);
            history_.reset(); // others may read it: they see this run
        }
        watch_.started(start_of(*folder_, *server_, seen_, inputs_, *mapper_));
        auto beside = side_files_of(*folder_, shapes_of(inputs_), options_.responses);
        beside.clear_old();
        import_session session({.options = options_,
                                .server = *server_,
                                .folder = *folder_,
                                .stop = stop_,
                                .watch = watch_,
                                .header = header_,
                                .log = std::move(log_),
                                .beside = std::move(beside),
                                .inputs = std::move(inputs_),
                                .mapper = std::move(*mapper_),
                                .keys = std::move(keys),
                                .heard = std::move(seen_.heard)});
        return session.run();
    }

    const system_clock::time_point started_ = system_clock::now();
    import_options options_;
    import_observer& watch_;
    const stop_switch stop_;
    const early_signals early_{stop_};
    input_options reading_;
    std::optional<ledger::run_folder> folder_;
    std::optional<spooled_input> spooled_;
    loaded_mapping mapping_;
    std::optional<mapping::note_mapper> mapper_; // first without what the server knows
    std::vector<checked_input> inputs_;
    std::optional<delivery::server> server_;
    delivery::first_look seen_;
    std::string rules_; // of the mapping, as the run keeps them
    ledger::log_header header_;
    std::optional<opened_history> history_;
    std::unique_ptr<ledger::append_file> log_;
};

} // namespace

import_result run_import(const import_options& options, import_observer& watch) {
    return importing(options, watch).run();
}

} // namespace noteload::run
