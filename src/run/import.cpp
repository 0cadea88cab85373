#include "noteload/run/import.hpp"

#include "noteload/delivery/server.hpp"
#include "noteload/ledger/run_folder.hpp"
#include "noteload/run/import_session.hpp"
#include "noteload/run/load_mapping.hpp"
#include "noteload/run/logged_options.hpp"
#include "noteload/run/look_up_contacts.hpp"
#include "noteload/run/open_history.hpp"
#include "noteload/run/preflight.hpp"
#include "noteload/run/spooled_input.hpp"
#include "noteload/run/stop_switch.hpp"
#include "noteload/source/patterns.hpp"
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
    h.run = std::filesystem::path(folder).filename().string();
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
                                                       const ledger::log_header& header) {
    auto done = ledger::write_whole(ledger::real_disk(), folder.file("mapping.toml"), mapping);
    if (!done) {
        return done.error();
    }
    return folder.begin_log(header);
}

} // namespace

import_result run_import(const import_options& given, import_observer& watch) {
    const auto started = system_clock::now();
    auto o = given;
    std::optional<ledger::run_folder> folder;
    std::optional<spooled_input> spooled;
    const auto take_folder = [&]() -> std::optional<failure> {
        auto made = ledger::run_folder::make(
            ledger::real_disk(),
            o.run_dir.empty()
                ? default_folder(source::expand_patterns(given.paths).front(), started)
                : o.run_dir);
        if (!made) {
            return made.error();
        }
        folder.emplace(std::move(*made));
        return std::nullopt;
    };
    if (o.spool) {
        if (auto why = take_folder()) {
            return not_begun(*why);
        }
        auto copied = spooled_input::copy(*folder, o.paths);
        if (!copied) {
            return not_begun(copied.error());
        }
        spooled.emplace(std::move(*copied));
    }
    // Everything that can be wrong without the server comes first: nothing is asked of it for a
    // file that is not there.
    const auto mapping_of_run = load_mapping(o.mapping, o.key);
    if (!mapping_of_run) {
        return not_begun(mapping_of_run.error());
    }
    o.key = mapping_of_run->rules.key;
    auto offline = make_mapper(*mapping_of_run, std::nullopt);
    if (!offline) {
        return not_begun(offline.error());
    }
    const stop_switch stop;
    auto reading = o.reading;
    reading.stop_fd = stop.fd();
    auto inputs = check_inputs(o.paths, reading, *offline);
    if (!inputs) {
        return not_begun(inputs.error());
    }
    if (auto complaint = complain_of_lookups(*mapping_of_run, *inputs)) {
        return not_begun(*complaint);
    }
    auto server = server_of(o);
    if (!server) {
        return not_begun(server.error());
    }
    if (auto why = folder ? std::nullopt : take_folder()) {
        return not_begun(*why);
    }
    if (!o.key.empty() && o.history.empty()) {
        o.history = ledger::history_of(folder->path());
    }
    watch.asking(server->at.url);
    auto looked = look_first(*server);
    if (!looked) {
        return interrupted_before();
    }
    auto& seen = *looked;
    if (!seen) {
        return not_begun(seen.error());
    }
    if (auto wrong = wrong_organization(seen->who, o.organization)) {
        return not_begun(*wrong);
    }
    server->budget_file = budget_file_of(o.state_folder, server->at.url, seen->who.name);
    if (o.organization.empty()) {
        const auto said = watch.confirm(seen->who.name, server->at.url);
        if (!said) {
            return not_begun(said.error());
        }
        if (*said == consent::interrupted) {
            return interrupted_before();
        }
        if (*said == consent::no) {
            return not_begun({errc::usage, "not confirmed: nothing was sent"});
        }
    }
    const mapping::organization_facts known{seen->types, seen->who.time_zone};
    auto mapper = make_mapper(*mapping_of_run, known);
    if (!mapper) {
        return not_begun(mapper.error());
    }
    if (needs_lookups(*mapping_of_run)) {
        const auto looked_up =
            look_up_contacts(o, reading, *mapping_of_run, *server, *folder, watch);
        if (!looked_up) {
            return interrupted_before();
        }
        if (!*looked_up) {
            return not_begun(looked_up->error());
        }
        mapper = make_mapper(**looked_up, known);
    }
    const auto mapping = mapper->to_toml();
    const auto header =
        header_of(o, *inputs, *seen, server->at.url, mapping, folder->path(), started);
    std::optional<opened_history> history;
    if (!o.key.empty()) {
        auto opened = open_history(o, header, folder->path());
        if (!opened) {
            return not_begun(opened.error());
        }
        history = std::move(*opened);
    }
    auto begun = begin_log(*folder, mapping, header);
    if (!begun) {
        if (history) {
            history->held.forget(header);
        }
        return not_begun(begun.error());
    }
    std::optional<key_check> keys;
    if (history) {
        keys = std::move(history->keys);
        history.reset(); // others may read it: they see this run
    }
    if (spooled) {
        spooled->keep();
    }
    watch.started(start_of(*folder, *server, *seen, *inputs, *mapper));
    auto beside = side_files_of(*folder, shapes_of(*inputs), o.responses);
    beside.clear_old();
    import_session session({.options = o,
                            .server = *server,
                            .folder = *folder,
                            .stop = stop,
                            .watch = watch,
                            .header = header,
                            .log = std::move(*begun),
                            .beside = std::move(beside),
                            .inputs = std::move(*inputs),
                            .mapper = std::move(*mapper),
                            .keys = std::move(keys),
                            .heard = std::move(seen->heard)});
    return session.run();
}

} // namespace noteload::run
