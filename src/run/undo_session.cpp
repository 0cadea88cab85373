#include "noteload/run/undo_session.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

#include <exception>

namespace noteload::run {

namespace {

using std::chrono::system_clock;
using steady = std::chrono::steady_clock;

constexpr auto sync_within = std::chrono::milliseconds(500); // of the second promised

} // namespace

undo_session::undo_session(undo_begin b)
    : begin_(std::move(b)),
      eraser_(on_, begin_.server, begin_.sending, *this),
      watchman_(on_, {.signal = [this] { take_signal(); },
                      .look = [this] { look(false); },
                      .grace_over = [this] { eraser_.cut(); }}),
      began_(steady::now()),
      synced_(began_) {
    result_.plan = begin_.plan;
    result_.begun = true;
    result_.started = system_clock::now();
    result_.counts = begin_.before.settled;
    result_.counts.notes = begin_.plan.notes;
}

std::optional<made_note> undo_session::next() {
    while (!stopping_) {
        const auto row = begin_.rows.next();
        if (!row) {
            begin_stop(ending::failed, row.error());
            break;
        }
        if (!*row) {
            break;
        }
        if ((*row)->note_id != 0 && !begin_.before.is_done((*row)->row)) {
            return made_note{.note_id = (*row)->note_id, .row = (*row)->row};
        }
    }
    return std::nullopt;
}

void undo_session::settle(undone_note n) {
    ++result_.counts[n.what];
    if (const auto done = begin_.log.add(n); !done) {
        begin_stop(ending::failed, done.error());
    }
    const bool stays = n.what == undo_outcome::kept || n.what == undo_outcome::refused;
    if (stays && result_.still_there.size() < undo_result::most_listed) {
        result_.still_there.push_back(std::move(n));
    }
}

void undo_session::tell(std::string_view what, std::string_view why, std::string detail) {
    begin_.watch.told({.what = std::string(what),
                       .why = std::string(why),
                       .detail = std::move(detail),
                       .when = system_clock::now()});
}

void undo_session::halt(const failure& why) {
    begin_stop(ending::failed, why);
}

void undo_session::take_signal() {
    if (stopping_ && result_.how == ending::interrupted) {
        begin_.watch.quit(begin_.plan.folder);
    }
    begin_.watch.stopping(begin_.grace);
    begin_stop(ending::interrupted, std::nullopt);
}

void undo_session::look(bool last) {
    sync_now_and_then();
    begin_.watch.undoing({.counts = result_.counts,
                          .before = begin_.plan.gone,
                          .in_flight = eraser_.in_flight(),
                          .elapsed = steady::now() - began_,
                          .last = last});
}

void undo_session::sync_now_and_then() {
    const auto now = steady::now();
    if (now < synced_ + sync_within) {
        return;
    }
    synced_ = now;
    if (const auto done = begin_.log.sync(); !done) {
        begin_stop(ending::failed, done.error());
    }
}

/// No new notes; what is in flight gets the grace period. The first reason stands.
void undo_session::begin_stop(ending how, std::optional<failure> why) {
    if (stopping_) {
        return;
    }
    stopping_ = true;
    result_.how = how;
    result_.why = std::move(why);
    eraser_.stop();
    watchman_.begin_grace(begin_.grace);
}

/// What never had its turn has no line, and is counted.
result<void> undo_session::finish_log() {
    auto& counts = result_.counts;
    counts[undo_outcome::not_attempted] = 0;
    if (counts.settled() > counts.notes || (!stopping_ && counts.settled() != counts.notes)) {
        return failure{errc::bug, fmt::format("the counts do not balance: {} notes in the log, {} "
                                              "with an outcome. Please report this, with {}",
                                              counts.notes, counts.settled(),
                                              begin_.plan.folder + "/undo.jsonl")};
    }
    counts[undo_outcome::not_attempted] = counts.notes - counts.settled();
    return stopping_ ? begin_.log.sync() : begin_.log.end(counts);
}

undo_result undo_session::run() {
    watchman_.start();
    boost::asio::co_spawn(on_, eraser_.run(), [this](const std::exception_ptr& e) {
        if (e) {
            std::rethrow_exception(e);
        }
        watchman_.end();
    });
    on_.run();
    look(true);
    if (const auto done = finish_log(); !done && !result_.why) {
        result_.how = ending::failed;
        result_.why = done.error();
    }
    result_.ended = system_clock::now();
    return std::move(result_);
}

} // namespace noteload::run
