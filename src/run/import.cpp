#include "noteload/run/import.hpp"

#include "noteload/delivery/server.hpp"
#include "noteload/ledger/run_folder.hpp"
#include "noteload/run/import_session.hpp"
#include "noteload/run/load_mapping.hpp"
#include "noteload/run/logged_options.hpp"
#include "noteload/run/look_up_contacts.hpp"
#include "noteload/run/stop_switch.hpp"
#include "noteload/text.hpp"
#include "noteload/version.hpp"

#include <fmt/format.h>
#include <boost/asio/basic_signal_set.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <csignal>
#include <exception>
#include <filesystem>

namespace noteload::run {

namespace {

using std::chrono::system_clock;

import_result failed(failure why) {
    import_result r;
    r.how = ending::failed;
    r.why = std::move(why);
    return r;
}

/// Nothing: a signal came first.
std::optional<result<delivery::first_look>> look_first(const delivery::server& s) {
    namespace asio = boost::asio;
    using executor = asio::io_context::executor_type;
    asio::io_context on(1);
    std::optional<result<delivery::first_look>> seen;
    bool interrupted = false;
    asio::cancellation_signal give_up;
    asio::basic_signal_set<executor> signals(on, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (!error) {
            interrupted = true;
            give_up.emit(asio::cancellation_type::terminal);
        }
    });
    const auto done = [&](const std::exception_ptr& e, result<delivery::first_look> r) {
        if (e && !interrupted) {
            std::rethrow_exception(e);
        }
        if (!interrupted) {
            seen = std::move(r);
        }
        boost::system::error_code ignored;
        signals.cancel(ignored);
    };
    asio::co_spawn(on, delivery::look_first(on, s),
                   asio::bind_cancellation_slot(give_up.slot(), done));
    on.run();
    return seen;
}

std::optional<failure> wrong_organization(const delivery::organization& found,
                                          const std::string& wanted) {
    if (!wanted.empty() && !equal_without_case(trimmed(found.name), trimmed(wanted))) {
        return failure{errc::organization,
                       fmt::format("the token belongs to the organisation \"{}\", not to \"{}\" "
                                   "as --organization says: nothing was sent",
                                   printable(found.name), printable(wanted))};
    }
    if (!found.enabled) {
        return failure{errc::organization,
                       fmt::format("the organisation \"{}\" is not enabled in Virtuous: nothing "
                                   "was sent",
                                   printable(found.name))};
    }
    return std::nullopt;
}

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

std::string default_folder(const import_options& o, system_clock::time_point started) {
    const auto name = ledger::run_name(o.paths.front(), started);
    std::error_code ignored;
    auto path = std::filesystem::path("noteload-runs") / name;
    for (int n = 2; std::filesystem::exists(path, ignored); ++n) {
        path = std::filesystem::path("noteload-runs") / fmt::format("{}-{}", name, n);
    }
    return path.string();
}

} // namespace

import_result run_import(const import_options& o, import_observer& watch) {
    const auto started = system_clock::now();
    // Everything that can be wrong without the server comes first: nothing is asked of it for a
    // file that is not there.
    const auto mapping_of_run = load_mapping(o.mapping);
    if (!mapping_of_run) {
        return failed(mapping_of_run.error());
    }
    auto offline = make_mapper(*mapping_of_run, std::nullopt);
    if (!offline) {
        return failed(offline.error());
    }
    const stop_switch stop;
    auto reading = o.reading;
    reading.stop_fd = stop.fd();
    auto inputs = check_inputs(o.paths, reading, *offline);
    if (!inputs) {
        return failed(inputs.error());
    }
    if (auto complaint = complain_of_lookups(*mapping_of_run, *inputs)) {
        return failed(*complaint);
    }
    auto where = delivery::parse_base_url(o.base_url);
    if (!where) {
        return failed(where.error());
    }
    auto trust = delivery::tls_trust::make(o.ca_file);
    if (!trust) {
        return failed(trust.error());
    }
    auto folder = ledger::run_folder::make(
        ledger::real_disk(), o.run_dir.empty() ? default_folder(o, started) : o.run_dir);
    if (!folder) {
        return failed(folder.error());
    }
    const delivery::server server{*where, std::move(*trust),
                                  delivery::request_writer(*where, o.token), o.timeout};
    watch.asking(where->url);
    auto looked = look_first(server);
    if (!looked) {
        import_result r;
        r.how = ending::interrupted;
        return r;
    }
    auto& seen = *looked;
    if (!seen) {
        return failed(seen.error());
    }
    if (auto wrong = wrong_organization(seen->who, o.organization)) {
        return failed(*wrong);
    }
    const mapping::organization_facts known{seen->types, seen->who.time_zone};
    auto mapper = make_mapper(*mapping_of_run, known);
    if (!mapper) {
        return failed(mapper.error());
    }
    if (needs_lookups(*mapping_of_run)) {
        const auto looked_up =
            look_up_contacts(o, reading, *mapping_of_run, server, *folder, watch);
        if (!looked_up) {
            import_result r;
            r.how = ending::interrupted;
            return r;
        }
        if (!*looked_up) {
            return failed(looked_up->error());
        }
        mapper = make_mapper(**looked_up, known);
    }
    const auto mapping = mapper->to_toml();
    const auto header = header_of(o, *inputs, *seen, where->url, mapping, folder->path(), started);
    if (auto done = ledger::write_whole(ledger::real_disk(), folder->file("mapping.toml"), mapping);
        !done) {
        return failed(done.error());
    }
    auto log = folder->begin_log(header);
    if (!log) {
        return failed(log.error());
    }
    import_start facts{.organization = seen->who.name,
                       .time_zone = seen->who.time_zone,
                       .base_url = where->url,
                       .folder = folder->path(),
                       .inputs = {},
                       .unused_columns = mapper->unused(inputs->front().header),
                       .bytes = total_bytes(*inputs)};
    for (const auto& in : *inputs) {
        facts.inputs.push_back(in.what.name);
    }
    watch.started(facts);
    auto beside = new_side_files(*folder, *inputs, o.responses);
    import_session session({.options = o,
                            .server = server,
                            .folder = *folder,
                            .stop = stop,
                            .watch = watch,
                            .header = header,
                            .log = std::move(*log),
                            .beside = std::move(beside),
                            .inputs = std::move(*inputs),
                            .mapper = std::move(*mapper)});
    return session.run();
}

} // namespace noteload::run
