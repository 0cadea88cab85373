#include "noteload/run/undo.hpp"

#include "noteload/delivery/server.hpp"
#include "noteload/ledger/recovery.hpp"
#include "noteload/ledger/run_folder.hpp"
#include "noteload/ledger/undo_log.hpp"
#include "noteload/run/interruptible.hpp"
#include "noteload/run/logged_options.hpp"
#include "noteload/run/preflight.hpp"
#include "noteload/run/undo_session.hpp"
#include "noteload/text.hpp"
#include "noteload/version.hpp"

#include <fmt/format.h>

#include <set>

namespace noteload::run {

namespace {

using std::chrono::system_clock;

undo_result ended_before_it_began(undo_plan plan, ending how, std::optional<failure> why) {
    undo_result r;
    r.how = how;
    r.why = std::move(why);
    r.counts.notes = plan.notes;
    r.plan = std::move(plan);
    r.started = r.ended = system_clock::now();
    return r;
}

bool is_same(const std::string& a, const std::string& b) {
    return equal_without_case(trimmed(a), trimmed(b));
}

/// Rows whose notes the log cannot name, because nobody knows whether they were made.
std::vector<row_range> rows_in_doubt(const ledger::recovered_run& run) {
    std::set<std::uint64_t> open;
    for (const auto& m : run.open_marks) {
        for (auto row = m.first; row <= m.last; ++row) {
            if (!run.rows.of(row)) {
                open.insert(row);
            }
        }
    }
    std::vector<row_range> found;
    const auto last = std::max(run.rows.last(), open.empty() ? 0 : *open.rbegin());
    for (std::uint64_t row = 1; row <= last; ++row) {
        if (run.rows.of(row) != outcome::in_doubt && !open.contains(row)) {
            continue;
        }
        if (!found.empty() && found.back().last + 1 == row) {
            found.back().last = row;
        } else {
            found.push_back({row, row});
        }
    }
    return found;
}

undo_plan plan_of(const ledger::recovered_run& run, const ledger::recovered_undo& before,
                  const std::string& folder, const undo_options& o) {
    const auto counts = run.rows.counts();
    auto doubtful = before.looked_up ? std::vector<row_range>() : rows_in_doubt(run);
    std::uint64_t in_doubt = 0;
    for (const auto& rows : doubtful) {
        in_doubt += rows.last - rows.first + 1;
    }
    return {.run = run.header.run,
            .folder = folder,
            .organization = run.header.organization,
            .base_url = run.header.base_url,
            .notes = counts[outcome::created] + counts[outcome::already_there],
            .gone = before.settled.settled(),
            .in_doubt = in_doubt,
            .doubtful = std::move(doubtful),
            .undone = before.is_there,
            .looked_up = o.looked_up,
            .finished = run.ended,
            .force = o.force};
}

/// How the run was sent, but for what was said anew.
import_options sending_of(const undo_options& o, const ledger::log_header& header) {
    import_options s;
    take_logged_options(header.options, s);
    if (o.amend) {
        o.amend(s);
    }
    s.base_url = header.base_url;
    s.token = o.token;
    s.token_again = o.token_again;
    return s;
}

failure other_organization(const std::string& run, const std::string& theirs) {
    return {errc::organization,
            fmt::format("the run's notes are in the organisation \"{}\", not in \"{}\": nothing "
                        "was undone",
                        printable(run), printable(theirs))};
}

/// Nothing: a signal came first.
std::optional<result<delivery::server>> reach(const undo_options& o, const import_options& sending,
                                              const undo_plan& plan, undo_observer& watch) {
    auto server = server_of(sending);
    if (!server) {
        return server.error();
    }
    watch.asking_whose(server->at.url);
    server->budget_file = budget_file_of(o.state_folder, server->at.url, plan.organization);
    const auto who =
        unless_interrupted([&server](auto& on) { return delivery::ask_organization(on, *server); });
    if (!who) {
        return std::nullopt;
    }
    if (!*who) {
        return who->error();
    }
    if (!is_same((*who)->name, plan.organization)) {
        return other_organization(plan.organization, (*who)->name);
    }
    return server;
}

/// Begins undo.jsonl, or goes on with it; it has the word of who looked up the rows in doubt.
result<ledger::undo_log> open_log(const undo_plan& plan, const ledger::recovered_undo& before) {
    auto log = ledger::undo_log::open(ledger::real_disk(), plan.folder, before,
                                      {.run = plan.run,
                                       .program = fmt::format("noteload {}", version),
                                       .organization = plan.organization,
                                       .base_url = plan.base_url,
                                       .started = system_clock::now()});
    if (log && plan.in_doubt > 0 && plan.looked_up) {
        if (auto done = log->looked_up(plan.in_doubt); !done) {
            return done.error();
        }
    }
    return log;
}

/// Asks, begins undo.jsonl, and undoes.
undo_result perform(const delivery::server& server, const import_options& sending,
                    const undo_plan& plan, ledger::recovered_undo before,
                    ledger::last_outcomes rows, undo_observer& watch) {
    switch (watch.confirm(plan)) {
        case consent::yes:
            break;
        case consent::no:
            return ended_before_it_began(plan, ending::failed,
                                         failure{errc::usage, "not confirmed: nothing was undone"});
        case consent::interrupted:
            return ended_before_it_began(plan, ending::interrupted, std::nullopt);
    }
    auto log = open_log(plan, before);
    if (!log) {
        return ended_before_it_began(plan, ending::failed, log.error());
    }
    undo_session session({.server = server,
                          .watch = watch,
                          .plan = plan,
                          .sending = {.concurrency = sending.concurrency,
                                      .limit = sending.rate,
                                      .reserve = sending.reserve,
                                      .pace = sending.pace,
                                      .give_up_after = sending.give_up_after,
                                      .force = plan.force,
                                      .verify_window = sending.verify_window},
                          .grace = sending.grace,
                          .before = std::move(before),
                          .rows = std::move(rows),
                          .log = std::move(*log)});
    return session.run();
}

} // namespace

result<void> is_run(const std::string& folder) {
    return ledger::run_folder::is_run(ledger::real_disk(), folder);
}

undo_result run_undo(const undo_options& o, undo_observer& watch) {
    undo_plan plan;
    plan.folder = o.run_dir;
    const auto fail = [&plan](failure why) {
        return ended_before_it_began(plan, ending::failed, std::move(why));
    };
    const auto folder = ledger::run_folder::take(ledger::real_disk(), o.run_dir);
    if (!folder) {
        return fail(folder.error());
    }
    auto run = ledger::recover(folder->file("log.jsonl"));
    if (!run) {
        return fail(run.error());
    }
    if (auto good = ledger::check_end(folder->file("log.jsonl"), *run); !good) {
        return fail(good.error());
    }
    auto before = ledger::recover_undo(ledger::real_disk(), folder->file("undo.jsonl"), run->header,
                                       run->rows.last());
    if (!before) {
        return fail(before.error());
    }
    plan = plan_of(*run, *before, folder->path(), o);
    if (!o.organization.empty() && !is_same(o.organization, plan.organization)) {
        return fail(other_organization(plan.organization, o.organization));
    }
    if (plan.left() == 0) {
        if (plan.in_doubt > 0 && plan.looked_up) {
            if (const auto log = open_log(plan, *before); !log) {
                return fail(log.error());
            }
        }
        auto r = ended_before_it_began(plan, ending::finished, std::nullopt);
        r.counts = before->settled;
        r.counts.notes = plan.notes;
        return r;
    }
    auto rows = ledger::last_outcomes::open(folder->file("log.jsonl"), *run);
    if (!rows) {
        return fail(rows.error());
    }
    const auto sending = sending_of(o, run->header);
    run->note_ids = {}; // they are read from the log again, one by one
    const auto server = reach(o, sending, plan, watch);
    if (!server) {
        return ended_before_it_began(plan, ending::interrupted, std::nullopt);
    }
    if (!*server) {
        return fail(server->error());
    }
    return perform(**server, sending, plan, std::move(*before), std::move(*rows), watch);
}

} // namespace noteload::run
