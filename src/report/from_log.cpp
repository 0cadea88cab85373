#include "noteload/report/from_log.hpp"

#include "noteload/ledger/disk.hpp"
#include "noteload/ledger/recovery.hpp"
#include "noteload/report/html.hpp"

#include <fmt/format.h>

#include <variant>

namespace noteload::report {

namespace {

/// What stands in no row: how the run was stopped, if it was, and when the log said its last.
result<void> read_events(const std::string& log, std::uint64_t good_bytes, run_facts& into) {
    auto lines = ledger::line_reader::open(log, good_bytes);
    if (!lines) {
        return lines.error();
    }
    ledger::any_form_reader forms;
    for (;;) {
        const auto line = lines->next();
        if (!line) {
            return line.error();
        }
        if (!*line) {
            return {};
        }
        into.ended = ledger::time_of_line(**line).value_or(into.ended);
        const bool is_other =
            (*line)->starts_with("{\"row\"") || (*line)->starts_with("{\"sending\"");
        const auto what = is_other ? ledger::log_line() : forms.read(**line);
        if (const auto* event = std::get_if<ledger::log_event>(&what)) {
            if (event->what == "stopped") {
                into.stopped_by = event->detail.empty() ? event->why : event->detail;
            } else if (event->what == "resumed") {
                into.stopped_by.clear();
            }
        }
    }
}

} // namespace

result<told_run> read_run(const std::string& folder) {
    const auto path = folder + "/log.jsonl";
    if (!ledger::real_disk().exists(path)) {
        return failure{errc::run_folder,
                       fmt::format("{} is no run's folder: it has no log.jsonl", folder)};
    }
    const auto log = ledger::recover(path);
    if (!log) {
        return log.error();
    }
    if (auto good = ledger::check_end(path, *log); !good) {
        return good.error();
    }
    const auto& h = log->header;
    told_run run;
    auto& facts = run.facts;
    facts.run = h.run;
    facts.organization = h.organization;
    facts.base_url = h.base_url;
    for (const auto& in : h.inputs) {
        facts.inputs.push_back(in.path);
    }
    facts.started = facts.ended = h.started;
    facts.finished = log->ended;
    facts.met = log->met;
    facts.processes = log->processes;
    auto done = ledger::for_each_last(
        path, *log, [&](const ledger::row_line& row) { run.rows.add(ledger::settled(row)); });
    if (done) {
        done = read_events(path, log->good_bytes, facts);
    }
    if (!done) {
        return done.error();
    }
    run.rows.set_read(run.rows.counts().settled());
    return run;
}

result<std::string> write_report(const std::string& folder) {
    const auto run = read_run(folder);
    if (!run) {
        return run.error();
    }
    const auto path = folder + "/report.html";
    const auto done =
        ledger::write_whole(ledger::real_disk(), path, report_html(run->rows, run->facts));
    return done ? result<std::string>(path) : result<std::string>(done.error());
}

} // namespace noteload::report
