#include "import_session_impl.hpp"

#include "noteload/ledger/other_claims.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <numeric>

namespace noteload::run {

namespace asio = boost::asio;

namespace {

std::vector<std::string> reject_options_of(const std::vector<checked_input>& inputs) {
    std::vector<std::string> out;
    for (const auto& in : inputs) {
        out.push_back(source::options_for_rejects(in.facts, in.dialect));
    }
    return out;
}

std::vector<std::uint64_t> sizes_of(const std::vector<checked_input>& inputs) {
    std::vector<std::uint64_t> sizes;
    for (const auto& in : inputs) {
        sizes.push_back(in.what.bytes.value_or(0));
    }
    return sizes;
}

std::uint64_t sum_before(const std::vector<std::uint64_t>& sizes, std::uint32_t file) {
    return std::accumulate(sizes.begin(), sizes.begin() + file, std::uint64_t{0});
}

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
    auto others =
        std::make_shared<ledger::other_claims>(ledger::folder_of(folder.path()), folder.path(),
                                               header, header.started - std::chrono::minutes(2));
    return [others](const std::vector<std::int64_t>& ids) {
        // First, for a claim may come to a log in between.
        const auto unsure_for = others->unsure_for();
        return delivery::claims_elsewhere{others->among(ids), unsure_for};
    };
}

} // namespace

import_session::impl::impl(session_begin b)
    : options_(b.options),
      folder_(b.folder),
      stop_(b.stop),
      watch_(b.watch),
      header_(std::move(b.header)),
      stop_moment_(options_.stop_at ? moment_of(*options_.stop_at, wall_clock::now())
                                    : wall_clock::time_point::max()),
      bytes_(total_bytes(b.inputs)),
      sizes_(sizes_of(b.inputs)),
      bytes_before_(sum_before(sizes_, b.start.at.file) + b.start.at.byte),
      reject_options_(reject_options_of(b.inputs)),
      shapes_(shapes_of(b.inputs)),
      told_(told_inputs(b.inputs, b.options.reading)),
      resumed_(b.resumed),
      told_all_(b.told_all),
      met_before_(std::move(b.met)),
      processes_(b.processes),
      resumed_words_(std::move(b.words)),
      cut_off_words_(std::move(b.cut_off)),
      last_told_(b.last_told),
      before_(b.before.counts()),
      taken_over_(rows_of(b.doubtful)),
      summary_(std::move(b.before)),
      queue_(queue_limit, [this] { asio::post(on_, [this] { dispatcher_.look_again(); }); }),
      reader_(std::move(b.inputs), b.options.reading, std::move(b.mapper),
              {b.options.skip, b.options.limit}, std::move(b.start), queue_, std::move(b.keys)),
      log_(std::move(b.log), std::move(b.beside),
           {.durable =
                [this](const ledger::sending_mark& m) {
                    asio::post(on_, [this, m] { dispatcher_.made_durable(m); });
                },
            .written =
                [this](const settled_row& row) {
                    summary_.add(row);
                    sent_again_ += row.attempts > 1 ? 1 : 0;
                },
            .failed =
                [this](const failure& f) {
                    asio::post(on_, [this, f] { begin_stop(ending::failed, &f); });
                }}),
      dispatcher_(
          on_, queue_, log_,
          {.concurrency = delivery::concurrency_limits{.fixed = b.options.concurrency}.at_most(),
           .errors = b.options.max_errors,
           .doubtful = std::move(b.doubtful),
           .claimed = claims_of(b.folder, header_)},
          {.halted =
               [this](const failure* why) {
                   begin_stop(why == nullptr ? ending::max_errors : ending::failed, why);
               },
           .told =
               [this](const ledger::log_event& e) {
                   waits_.told(e, steady_clock::now());
                   watch_.told(e);
               }}),
      sender_(on_, b.server,
              {.concurrency = b.options.concurrency,
               .threads = b.options.threads,
               .limit = b.options.rate,
               .reserve = b.options.reserve,
               .pace = b.options.pace,
               .max_attempts = b.options.max_attempts,
               .give_up_after = b.options.give_up_after,
               .in_doubt = b.options.in_doubt,
               .verify_window = b.options.verify_window,
               .server_started = header_.server_started,
               .claimed = std::move(b.claimed),
               .heard = std::move(b.heard),
               .keep_responses = b.options.responses},
              dispatcher_),
      watchman_(on_, {.signal = [this] { take_signal(); },
                      .look = [this] { look(); },
                      .grace_over = [this] { sender_.cut(); }}) {}

void import_session::impl::take_signal() {
    if (stopping_ && stopped_as_ == ending::interrupted) {
        watch_.quit(folder_.path());
    }
    watch_.stopping(options_.grace);
    begin_stop(ending::interrupted, nullptr);
}

void import_session::impl::look() {
    // By the wall clock, looked at again and again: a machine that sleeps must not shift it.
    if (wall_clock::now() >= stop_moment_) {
        begin_stop(ending::interrupted, nullptr);
    }
    show_progress(false);
}

void import_session::impl::show_progress(bool last) {
    const auto& c = dispatcher_.counts();
    import_progress p{
        .rows = c.rows,
        .bytes_done = std::max(bytes_before_, sum_before(sizes_, c.file) + c.bytes_done),
        .bytes = bytes_,
        .in_flight = sender_.in_flight(),
        .in_doubt = sender_.in_doubt(),
        .settled_before = before_.settled(),
        .bytes_before = bytes_before_,
        .elapsed = steady_clock::now() - began_,
        .traffic = sender_.so_far(),
        .waited = waits_.waited(steady_clock::now()),
        .last = last};
    for (std::size_t i = 0; i < outcome_count; ++i) {
        p.rows.of[i] += before_.of[i];
    }
    p.rows.read = before_.read + taken_over_ + reader_.read();
    if (last && bytes_ && how_it_ended() == ending::finished) {
        p.bytes_done = *bytes_; // blank lines at the end, too
    }
    watch_.progress(p);
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
    watchman_.begin_grace(options_.grace);
}

import_result import_session::impl::run() {
    watchman_.start();
    if (!cut_off_words_.empty()) {
        dispatcher_.tell("cut_off", "torn", cut_off_words_);
    }
    if (resumed_) {
        dispatcher_.tell("resumed", "", resumed_words_);
    }
    reading_ = std::thread([this] { reader_.run(); });
    asio::co_spawn(on_, sender_.run(), [this](const std::exception_ptr& e) {
        if (e) {
            std::rethrow_exception(e);
        }
        watchman_.end(); // all parcels are settled
    });
    on_.run();
    reading_.join();
    dispatcher_.give_back_rest();
    show_progress(true);
    return close();
}

std::vector<ledger::input_shape> shapes_of(const std::vector<checked_input>& inputs) {
    std::vector<ledger::input_shape> shapes;
    for (const auto& in : inputs) {
        shapes.push_back({std::string(source::to_word(in.format)), in.header_bytes, in.newline});
    }
    return shapes;
}

ledger::side_files side_files_of(const ledger::run_folder& folder,
                                 const std::vector<ledger::input_shape>& shapes, bool responses) {
    ledger::side_files files(ledger::real_disk(), folder.path(), responses);
    for (const auto& s : shapes) {
        files.add_input(s);
    }
    return files;
}

import_session::import_session(session_begin b) : impl_(std::make_unique<impl>(std::move(b))) {}

import_session::~import_session() = default;

import_result import_session::run() {
    return impl_->run();
}

} // namespace noteload::run
