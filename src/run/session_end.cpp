#include "import_session_impl.hpp"

#include "noteload/ledger/key_history.hpp"
#include "noteload/report/html.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace noteload::run {

ending import_session::impl::how_it_ended() const {
    if (stopping_) {
        return stopped_as_;
    }
    if (reader_.failed()) {
        return ending::failed;
    }
    return reader_.limited() ? ending::limited : ending::finished;
}

result<void> import_session::impl::finish_log(const row_counts& counts) {
    if (!counts.balanced()) {
        return failure{errc::bug,
                       fmt::format("the counts do not balance: {} rows read, {} with an outcome. "
                                   "Please report this, with the log {}",
                                   counts.read, counts.settled(), folder_.file("log.jsonl"))};
    }
    const auto how = how_it_ended();
    if (how == ending::finished && last_told_ > reader_.last_row()) {
        return failure{
            errc::changed,
            fmt::format(
                "{} told of row {} before it was gone on with, and the input has {} rows: "
                "the log was changed. All rows of the input have their outcome now; take the "
                "lines of rows behind them out of the log, and resume again",
                folder_.file("log.jsonl"), with_thousands(last_told_),
                with_thousands(reader_.last_row()))};
    }
    if (how == ending::finished) {
        return log_.end(counts);
    }
    constexpr std::string_view words[] = {"finished", "limit", "max_errors", "signal", "failure"};
    log_.tell({.what = "stopped",
               .why = std::string(words[static_cast<std::size_t>(how)]),
               .detail = why_ ? why_->message : "",
               .when = wall_clock::now()});
    return log_.flush();
}

/// A resumed run that stopped early may not have come to all rows that the log tells of: then what
/// it says of each is told again from the beginning.
result<void> import_session::impl::tell_all_again(import_result& r) {
    const auto path = folder_.file("log.jsonl");
    const auto log = ledger::recover(path);
    if (!log) {
        return log.error();
    }
    auto files = side_files_of(folder_, shapes_, false);
    files.clear_rejects();
    auto told = retell(
        path, *log, told_, [](std::uint64_t, outcome) { return true; }, files);
    if (!told) {
        return told.error();
    }
    r.summary = std::move(*told);
    r.rejects = files.rejects();
    return files.sync();
}

/// The log has failed: what it does not tell was counted by nobody.
void import_session::impl::count_untold(import_result& r) const {
    const auto log = ledger::recover(folder_.file("log.jsonl"));
    if (log) {
        r.untold = run::count_untold(*log, options_.skip, dispatcher_.counts().last_row);
    } else { // nothing is known of them
        r.untold.all = r.summary.counts();
        r.untold.in_doubt = r.untold.all.read - std::min(r.untold.all.read, r.untold.all.settled());
        r.untold.all[outcome::in_doubt] += r.untold.in_doubt;
    }
    r.summary.set_counts(r.untold.all);
}

/// So that the run's keys are known even when its folder is removed. A failure changes nothing: the
/// next import makes the index from the folder, and says so where that is gone.
void import_session::impl::tell_history() const {
    if (options_.key.empty()) {
        return;
    }
    if (auto history = ledger::key_history::hold(ledger::real_disk(), options_.history)) {
        [[maybe_unused]] const auto done = history->remember(folder_.path());
    }
}

/// By this process; after a flush.
went_through import_session::impl::met() const {
    auto met = sender_.so_far().met;
    waits_.add_to(met, steady_clock::now());
    met.sent_again = sent_again_;
    met.processes = 1;
    return met;
}

report::run_facts import_session::impl::facts(ending how) const {
    report::run_facts f{.run = header_.run,
                        .organization = header_.organization,
                        .base_url = header_.base_url,
                        .inputs = {},
                        .started = header_.started,
                        .ended = wall_clock::now(),
                        .exit_code = 0,
                        .stopped_by = why_ ? why_->message : "",
                        .finished = how == ending::finished,
                        .met = met_before_,
                        .processes = processes_};
    for (const auto& in : header_.inputs) {
        f.inputs.push_back(in.path);
    }
    return f;
}

/// summary.json and report.html.
result<void> import_session::impl::tell_people(const import_result& r) const {
    for (const auto& [name, text] :
         {std::pair("summary.json", report::summary_json(r.summary, r.facts)),
          std::pair("report.html", report::report_html(r.summary, r.facts))}) {
        if (auto done = ledger::write_whole(ledger::real_disk(), folder_.file(name), text); !done) {
            return done.error();
        }
    }
    return {};
}

import_result import_session::impl::close() {
    // A reader that was told to stop ends with a failure too; the reason for stopping is ours.
    if (!stopping_ && reader_.failed()) {
        why_ = reader_.failed();
    }
    import_result r;
    r.folder = folder_.path();
    r.how = how_it_ended();
    r.noticed = mapping::tell(reader_.noticed());
    for (const auto& n : r.noticed) {
        log_.tell({.what = "mapped", .why = n.word, .detail = n.text, .when = wall_clock::now()});
    }
    auto done = log_.flush();
    const auto met_now = met();
    log_.tell(ledger::process_end{met_now, wall_clock::now()});
    summary_.set_read(before_.read + taken_over_ + reader_.read());
    const bool told = done.has_value();
    if (done) {
        done = finish_log(summary_.counts());
    }
    tell_history();
    r.rejects = log_.rejects();
    r.reject_options = reject_options_;
    r.summary = summary_;
    if (!told) {
        count_untold(r);
    }
    if (done && !told_all_ && r.how != ending::finished) {
        done = tell_all_again(r);
    }
    if (!done) {
        r.how = ending::failed;
        why_ = done.error();
    }
    r.why = why_;
    r.took = std::chrono::round<std::chrono::milliseconds>(steady_clock::now() - began_);
    r.facts = facts(r.how);
    r.facts.met += met_now;
    r.facts.exit_code = watch_.exit_code(r);
    if (auto written = tell_people(r); !written && !r.why) {
        r.how = ending::failed;
        r.why = written.error();
    }
    return r;
}

} // namespace noteload::run
