#include "noteload/run/import_session.hpp"

#include "noteload/ledger/history.hpp"
#include "noteload/ledger/log_writer.hpp"
#include "noteload/run/dispatcher.hpp"

#include <fmt/format.h>
#include <boost/asio/basic_signal_set.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <csignal>
#include <thread>

namespace noteload::run {

namespace asio = boost::asio;
using executor = asio::io_context::executor_type;
using steady = std::chrono::steady_clock;
using timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, executor>;
using signals = asio::basic_signal_set<executor>;

namespace {

constexpr auto progress_every = std::chrono::milliseconds(200);

std::vector<std::uint64_t> sizes_of(const std::vector<checked_input>& inputs) {
    std::vector<std::uint64_t> sizes;
    for (const auto& in : inputs) {
        sizes.push_back(in.what.bytes.value_or(0));
    }
    return sizes;
}

} // namespace

struct import_session::impl {
    explicit impl(session_begin b);

    import_result run();

    void arm_signals();
    void arm_progress();
    void show_progress(bool last);
    void begin_stop(ending how, const failure* why);
    void come_to_an_end();
    import_result close();
    [[nodiscard]] result<void> finish_log(const row_counts& counts);
    [[nodiscard]] ending how_it_ended() const;

    const import_options& options_;
    const ledger::run_folder& folder_;
    const stop_switch& stop_;
    import_observer& watch_;
    const ledger::log_header header_;
    const steady::time_point began_ = steady::now();
    const std::optional<std::uint64_t> bytes_;
    const std::vector<std::uint64_t> sizes_;
    const row_counts before_;        // rows that an earlier process settled
    const std::uint64_t taken_over_; // rows in doubt that an earlier process had read

    // The log's thread writes it, everyone else reads it after a flush.
    report::summary summary_;

    asio::io_context on_{1};
    batch_queue queue_;
    row_reader reader_;
    ledger::log_writer log_;
    dispatcher dispatcher_;
    delivery::sender sender_;
    signals signals_;
    timer progress_;
    timer grace_;
    std::thread reading_;

    bool stopping_ = false;
    ending stopped_as_ = ending::finished;
    std::optional<failure> why_;
};

namespace {

std::uint64_t rows_of(const std::vector<std::shared_ptr<const batch>>& batches) {
    std::uint64_t rows = 0;
    for (const auto& b : batches) {
        rows += b->rows.size();
    }
    return rows;
}

/// Ids that other runs of the history have claimed. Only logs that were written to since this run
/// began can hold a note that was made since.
auto claims_of(const ledger::run_folder& folder, const ledger::log_header& header) {
    return [own = folder.path(), since = header.started](const std::vector<std::int64_t>& ids) {
        return ledger::claimed_by_others(own, ids, since - std::chrono::minutes(2));
    };
}

} // namespace

import_session::impl::impl(session_begin b)
    : options_(b.options),
      folder_(b.folder),
      stop_(b.stop),
      watch_(b.watch),
      header_(std::move(b.header)),
      bytes_(total_bytes(b.inputs)),
      sizes_(sizes_of(b.inputs)),
      before_(b.before.counts()),
      taken_over_(rows_of(b.doubtful)),
      summary_(std::move(b.before)),
      queue_(queue_limit, [this] { asio::post(on_, [this] { dispatcher_.look_again(); }); }),
      reader_(std::move(b.inputs), b.options.reading, std::move(b.mapper),
              {b.options.skip, b.options.limit}, std::move(b.start), queue_),
      log_(std::move(b.log), std::move(b.beside),
           {.durable =
                [this](const ledger::sending_mark& m) {
                    asio::post(on_, [this, m] { dispatcher_.made_durable(m); });
                },
            .written = [this](const settled_row& row) { summary_.add(row); },
            .failed =
                [this](const failure& f) {
                    asio::post(on_, [this, f] { begin_stop(ending::failed, &f); });
                }}),
      dispatcher_(on_, queue_, log_,
                  {.concurrency = b.options.concurrency,
                   .errors = b.options.max_errors,
                   .keep_responses = b.options.responses,
                   .doubtful = std::move(b.doubtful),
                   .claimed = claims_of(b.folder, header_)},
                  {.halted =
                       [this](const failure* why) {
                           begin_stop(why == nullptr ? ending::max_errors : ending::failed, why);
                       },
                   .told = [this](const ledger::log_event& e) { watch_.told(e); }}),
      sender_(on_, b.server,
              {.concurrency = b.options.concurrency,
               .limit = b.options.rate,
               .give_up_after = b.options.give_up_after,
               .in_doubt = b.options.in_doubt,
               .verify_window = b.options.verify_window,
               .server_started = header_.server_started,
               .claimed = std::move(b.claimed)},
              dispatcher_),
      signals_(on_),
      progress_(on_),
      grace_(on_) {}

void import_session::impl::arm_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
        if (error) {
            return;
        }
        if (stopping_ && stopped_as_ == ending::interrupted) {
            watch_.quit(folder_.path());
        }
        watch_.stopping(options_.grace);
        begin_stop(ending::interrupted, nullptr);
        arm_signals();
    });
}

void import_session::impl::show_progress(bool last) {
    const auto& c = dispatcher_.counts();
    import_progress p{.rows = c.rows,
                      .bytes_done = c.bytes_done,
                      .bytes = bytes_,
                      .in_flight = sender_.in_flight(),
                      .elapsed = steady::now() - began_,
                      .last = last};
    p.in_doubt = sender_.in_doubt();
    for (std::size_t i = 0; i < outcome_count; ++i) {
        p.rows.of[i] += before_.of[i];
    }
    p.rows.read = before_.read + taken_over_ + reader_.read();
    for (std::uint32_t file = 0; file < c.file; ++file) {
        p.bytes_done += sizes_[file];
    }
    watch_.progress(p);
}

void import_session::impl::arm_progress() {
    progress_.expires_after(progress_every);
    progress_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            show_progress(false);
            arm_progress();
        }
    });
}

/// No new rows; what is in flight gets the grace period. The first reason stands.
void import_session::impl::begin_stop(ending how, const failure* why) {
    if (stopping_) {
        return;
    }
    stopping_ = true;
    stopped_as_ = how;
    if (why != nullptr) {
        why_ = *why;
    }
    queue_.cancel();
    stop_.throw_it();
    dispatcher_.stop();
    sender_.stop();
    grace_.expires_after(options_.grace);
    grace_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            sender_.cut();
        }
    });
}

/// All parcels are settled: let the network's thread go.
void import_session::impl::come_to_an_end() {
    boost::system::error_code ignored;
    signals_.cancel(ignored);
    progress_.cancel();
    grace_.cancel();
}

import_result import_session::impl::run() {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    arm_signals();
    arm_progress();
    reading_ = std::thread([this] { reader_.run(); });
    asio::co_spawn(on_, sender_.run(), [this](const std::exception_ptr& e) {
        if (e) {
            std::rethrow_exception(e);
        }
        come_to_an_end();
    });
    on_.run();
    reading_.join();
    dispatcher_.give_back_rest();
    show_progress(true);
    return close();
}

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
    if (how == ending::finished) {
        return log_.end(counts);
    }
    constexpr std::string_view words[] = {"finished", "limit", "max_errors", "signal", "failure"};
    log_.tell({.what = "stopped",
               .why = std::string(words[static_cast<std::size_t>(how)]),
               .detail = why_ ? why_->message : "",
               .when = std::chrono::system_clock::now()});
    return log_.flush();
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
        log_.tell({.what = "mapped",
                   .why = n.word,
                   .detail = n.text,
                   .when = std::chrono::system_clock::now()});
    }
    auto done = log_.flush();
    summary_.set_read(before_.read + taken_over_ + reader_.read());
    if (done) {
        done = finish_log(summary_.counts());
    }
    if (!done) {
        r.how = ending::failed;
        why_ = done.error();
    }
    r.why = why_;
    r.rejects = log_.rejects();
    r.summary = summary_;
    r.facts = {.run = header_.run,
               .organization = header_.organization,
               .base_url = header_.base_url,
               .inputs = {},
               .started = header_.started,
               .ended = std::chrono::system_clock::now(),
               .exit_code = 0,
               .stopped_by = why_ ? why_->message : "",
               .finished = r.how == ending::finished};
    for (const auto& in : header_.inputs) {
        r.facts.inputs.push_back(in.path);
    }
    r.facts.exit_code = watch_.exit_code(r);
    const auto text = report::summary_json(r.summary, r.facts);
    if (auto written = ledger::write_whole(ledger::real_disk(), folder_.file("summary.json"), text);
        !written && !r.why) {
        r.how = ending::failed;
        r.why = written.error();
    }
    return r;
}

ledger::side_files new_side_files(const ledger::run_folder& folder,
                                  const std::vector<checked_input>& inputs, bool responses) {
    ledger::side_files files(ledger::real_disk(), folder.path(), responses);
    for (const auto& in : inputs) {
        files.add_input({std::string(source::to_word(in.format)), in.header_bytes});
    }
    files.clear_old();
    return files;
}

import_session::import_session(session_begin b) : impl_(std::make_unique<impl>(std::move(b))) {}

import_session::~import_session() = default;

import_result import_session::run() {
    return impl_->run();
}

} // namespace noteload::run
