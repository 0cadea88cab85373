#include "life.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "noteload/ledger/log_lines.hpp"
#include "support/run_task.hpp"

namespace noteload::model {

namespace asio = boost::asio;

namespace {

constexpr int most_steps = 50'000;

/// The server as the program knows it. Made once: reading what TLS trusts takes longer than a
/// whole schedule.
const delivery::server& reach(world& w) {
    static world* here = nullptr;
    static const auto at = *delivery::parse_base_url("https://model.example");
    static const delivery::server the_server{.at = at,
                                             .trust = *delivery::tls_trust::make(""),
                                             .requests = delivery::request_writer(at, "key"),
                                             .timeout = milliseconds(0),
                                             .opens = [](asio::io_context& on) {
                                                 return open_channel(on, here->server,
                                                                     here->p.timeout);
                                             }};
    here = &w;
    return the_server;
}

} // namespace

world::world(const plan& of)
    : p(of),
      clock(std::chrono::sys_days(std::chrono::year(2026) / 11 / 25) + std::chrono::hours(9)),
      server(of, 0x5eed),
      chance(of.seed ^ 0xc0ffee) {}

life::life(world& w, ledger::recovered_run from, planned_end fated)
    : world_(w), plan_(w.p), from_(std::move(from)), fated_(fated) {
    on_ = std::make_unique<asio::io_context>(1);
    work_.emplace(on_->get_executor());
    rebuild();
    world_.disk.mend();
    auto log = world_.disk.reopen("log", from_.good_bytes);
    if (from_.lacks_newline && !(*log)->append("\n")) {
        complain("the log cannot be gone on with");
    }
    ledger::side_files beside(world_.disk, "/run", false);
    beside.add_input({"csv", "header"});
    beside.clear_old();
    if (fated_.by == cause::disk) {
        world_.disk.fail_in(fated_.at_step);
    }
    queue_ = std::make_unique<run::batch_queue>(
        run::queue_limit, [this] { asio::post(*on_, [this] { dispatcher_->look_again(); }); });
    log_ = std::make_unique<ledger::log_book>(
        std::move(*log), std::move(beside),
        ledger::log_book::hooks{
            .durable =
                [this](const ledger::sending_mark& m) {
                    asio::post(*on_, [this, m] { dispatcher_->made_durable(m); });
                },
            .written =
                [this](const settled_row& row) {
                    if (!settled_.emplace(row.at.row, row.what).second) {
                        complain(fmt::format("row {} was settled twice in a life", row.at.row));
                    }
                    settled_at_.push_back(steady_clock::now());
                },
            .failed =
                [this](const failure&) {
                    log_failed_ = true;
                    asio::post(*on_, [this] { begin_stop(); });
                }});
    dispatcher_ = std::make_unique<run::dispatcher>(
        *on_, *queue_, *log_,
        run::dispatcher::options{.concurrency = plan_.options.concurrency,
                                 .errors = {1000, false},
                                 .doubtful = doubtful_},
        run::dispatcher::hooks{.halted = [this](const failure*) { begin_stop(); },
                               .told = [](const ledger::log_event&) {}});
    auto options = plan_.options;
    options.server_started = from_.header.server_started;
    options.claimed = from_.note_ids;
    sender_ = std::make_unique<delivery::sender>(*on_, reach(world_), options, *dispatcher_);
    world_.server.on_request = [this](std::uint64_t row) { check_request(row); };
}

life::~life() {
    world_.server.on_request = nullptr;
    work_.reset();
    on_.reset(); // with it what is under way, which looks at the others
}

/// What `resume` does: rows that rest are left out, those in doubt are taken over, and reading goes
/// on where the log says.
void life::rebuild() {
    std::vector<std::uint64_t> doubtful;
    std::vector<std::uint64_t> unread;
    for (const auto& row : plan_.rows) {
        const auto what = from_.rows.of(row.row);
        if (what && ledger::is_final(*what)) {
            ++before_;
        } else if (from_.is_doubtful(row.row)) {
            doubtful.push_back(row.row);
        } else if (row.row < from_.go_on.row) {
            complain(fmt::format("row {} has no outcome and would not be read again", row.row));
        } else {
            unread.push_back(row.row);
        }
    }
    taken_over_ = doubtful.size();
    for (const auto row : doubtful) {
        doubtful_.push_back(batch_of({row}));
    }
    for (const auto& mark : from_.open_marks) {
        std::string bytes;
        for (auto row = mark.first; row <= mark.last; ++row) {
            bytes += plan_.rows[row - 1].record + "\n";
        }
        if (mark.hash != ledger::mark_hash(bytes)) {
            complain(fmt::format("the hash of mark {}-{} is wrong", mark.first, mark.last));
        }
    }
    std::size_t at = 0;
    for (std::size_t i = 0; at < unread.size(); ++i) {
        const auto size = plan_.batches[i % plan_.batches.size()];
        auto& b = unread_.emplace_back();
        for (; at < unread.size() && b.size() < size; ++at) {
            b.push_back(unread[at]);
        }
    }
}

std::unique_ptr<run::batch> life::batch_of(const std::vector<std::uint64_t>& rows) const {
    auto b = std::make_unique<run::batch>();
    for (const auto n : rows) {
        const auto& planned = plan_.rows[n - 1];
        auto& row = b->rows.emplace_back();
        row.at = {
            .file = 0, .row = n, .line = n + 1, .byte = n * 20, .size = planned.record.size()};
        row.bytes_begin = b->records.size();
        b->records += planned.record + "\n";
        row.body_begin = b->bodies.size();
        b->bodies += planned.body;
        row.body_size = planned.body.size();
        row.contact_id = planned.content.contact_id;
        if (planned.body.empty()) {
            row.faults = {{reason::missing_note, "no note"}};
        }
    }
    return b;
}

bool life::feed() {
    if (reader_done_) {
        return false;
    }
    if (next_batch_ < unread_.size() && !stopping_) {
        auto b = batch_of(unread_[next_batch_]);
        const auto rows = b->rows.size();
        if (queue_->push(b, b->weight())) {
            ++next_batch_;
            fed_ += rows;
            feed_at_ = steady_clock::now() + milliseconds(between(world_.chance, 0, 3) == 0
                                                              ? between(world_.chance, 0, 500)
                                                              : 0);
            return true;
        }
    }
    reader_done_ = true;
    queue_->finish();
    return true;
}

void life::begin_stop() {
    if (stopping_) {
        return;
    }
    stopping_ = true;
    queue_->cancel();
    dispatcher_->stop();
    sender_->stop();
    cut_at_ = steady_clock::now() + plan_.grace;
}

/// One thing happens; false if nothing can before time goes by.
bool life::step() {
    const auto now = steady_clock::now();
    auto& r = world_.chance;
    if (fated_.by == cause::signal && steps_ == fated_.at_step) {
        begin_stop();
        return true;
    }
    if (now >= cut_at_ && !sender_done_) {
        cut_at_ = time::max();
        sender_->cut();
        return true;
    }
    if ((plan_.prompt_log || between(r, 0, 5) == 0) && log_->step()) {
        return true;
    }
    if (now >= feed_at_ && between(r, 0, 3) == 0 && feed()) {
        return true;
    }
    if (between(r, 0, 9) == 0) {
        // Time goes by while there is work, too.
        world_.clock.move_to(now + std::chrono::microseconds(between(r, 0, 3000)));
    }
    return on_->poll_one() > 0 || log_->step() || (now >= feed_at_ && feed());
}

void life::let_time_pass() {
    auto next = std::min(world_.clock.next_wake(), cut_at_);
    if (!reader_done_) {
        next = std::min(next, feed_at_);
    }
    next = std::min(next, log_->next_step().value_or(time::max()));
    if (next == time::max() && sender_done_ && log_failed_) {
        return; // it ends without its last words
    }
    if (next == time::max()) {
        complain(sender_done_
                     ? "the log does not come to its end"
                     : fmt::format("nothing will ever happen again: {} in flight, {} aside",
                                   sender_->in_flight(), sender_->in_doubt()));
        over_ = true;
        return;
    }
    const auto late = between(world_.chance, 0, 3) == 0 ? between(world_.chance, 0, 30'000) : 0;
    world_.clock.move_to(next + std::chrono::microseconds(late));
}

/// As `import_session::close`.
void life::came_to_its_end() {
    if (!flushing_) {
        while (feed()) {
        }
        dispatcher_->give_back_rest();
        flushing_ = log_->hurry();
        return;
    }
    const auto done = log_->synced(*flushing_);
    if (!done) {
        over_ = true; // the disk has failed: what is said is what is there
        return;
    }
    if (!*done) {
        return;
    }
    if (last_line_) {
        over_ = true;
        return;
    }
    if (settled_.size() != taken_over_ + fed_) {
        complain(fmt::format("{} rows were taken over and {} read, but {} have an outcome",
                             taken_over_, fed_, settled_.size()));
    }
    row_counts counts;
    counts.read = before_ + taken_over_ + fed_;
    stopping_ ? log_->tell({.what = "stopped", .why = "signal", .detail = "", .when = {}})
              : log_->end(counts);
    last_line_ = true;
    flushing_ = log_->hurry();
}

life::end life::run() {
    asio::co_spawn(*on_, sender_->run(), [this](const std::exception_ptr& e) {
        test::rethrow(e);
        sender_done_ = true;
    });
    for (; !over_; ++steps_) {
        const bool dies = fated_.by == cause::kill || fated_.by == cause::power_cut;
        if (dies && steps_ == fated_.at_step) {
            return end::dead;
        }
        if (steps_ > most_steps) {
            complain("it does not come to its end");
            break;
        }
        if (sender_done_) {
            came_to_its_end();
        }
        if (!over_ && !step()) {
            let_time_pass();
        }
        note_asides();
    }
    return log_failed_ ? end::dead : stopping_ ? end::stopped : end::finished;
}

/// A row's request leaves: from now on, a crash must find that it may have been acted on.
void life::check_request(std::uint64_t row) {
    const auto log = world_.disk.synced("log");
    std::string_view rest = std::string_view(log).substr(log_seen_);
    for (auto stop = rest.find('\n'); stop != std::string_view::npos; stop = rest.find('\n')) {
        const auto line = ledger::read_line(rest.substr(0, stop));
        if (const auto* mark = std::get_if<ledger::sending_mark>(&line)) {
            for (auto i = mark->first; i <= mark->last; ++i) {
                open_[i] = true;
            }
        } else if (const auto* settled = std::get_if<ledger::row_line>(&line)) {
            open_[settled->row] = settled->what == outcome::in_doubt;
        }
        log_seen_ += stop + 1;
        rest.remove_prefix(stop + 1);
    }
    if (!open_[row]) {
        complain(fmt::format("row {} left without a mark on disk", row));
    }
    if (settled_.contains(row)) {
        complain(fmt::format("row {} left after its outcome was written", row));
    }
}

std::size_t life::most_doubtful() const {
    const auto now = steady_clock::now();
    const auto since = [&](auto span) {
        return static_cast<std::size_t>(std::count_if(settled_at_.begin(), settled_at_.end(),
                                                      [&](time t) { return t >= now - span; }));
    };
    // What the run sends in 50 ms by its rate of late, and outcomes not written yet.
    const auto in_50_ms = since(milliseconds(450)) / 8 + 1;
    std::size_t aside = 0;
    for (const auto& [at, n] : aside_) {
        aside = std::max(aside, n);
    }
    return static_cast<std::size_t>(plan_.options.concurrency) + in_50_ms + aside;
}

/// Outcomes are with the kernel a little later than the rows have left the side.
void life::note_asides() {
    const auto now = steady_clock::now();
    std::erase_if(aside_, [&](const auto& a) { return a.first < now - milliseconds(50); });
    // Besides these, each asker may have one in its hands.
    const auto n = sender_->in_doubt() + static_cast<std::size_t>(plan_.options.concurrency);
    if (aside_.empty() || aside_.back().second != n) {
        aside_.emplace_back(now, n);
    } else {
        aside_.back().first = now;
    }
}

void life::complain(std::string what) {
    world_.wrong.push_back(fmt::format("step {}: {}", steps_, what));
}

} // namespace noteload::model
