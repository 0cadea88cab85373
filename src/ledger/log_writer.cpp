#include "noteload/ledger/log_writer.hpp"

#include <utility>

namespace noteload::ledger {

log_writer::log_writer(std::unique_ptr<append_file> log, side_files beside, hooks call)
    : log_book(std::move(log), std::move(beside), std::move(call)), thread_([this] { run(); }) {}

log_writer::~log_writer() {
    {
        const std::scoped_lock hold(mutex_);
        stopping_ = true;
        hurry_locked();
    }
    thread_.join();
}

result<void> log_writer::flush() {
    std::unique_lock hold(mutex_);
    const auto upto = hurry_locked();
    result<bool> done = false;
    done_.wait(hold, [&] {
        done = synced_locked(upto);
        return !done || *done;
    });
    if (!done) {
        return done.error();
    }
    return {};
}

result<void> log_writer::end(const row_counts& counts) {
    log_book::end(counts);
    return flush();
}

void log_writer::run() {
    for (;;) {
        while (step()) {
        }
        std::unique_lock hold(mutex_);
        const auto at = next_step_locked();
        if (stopping_ && !at) {
            return;
        }
        if (at) {
            work_.wait_until(hold, *at);
        } else {
            work_.wait(hold);
        }
    }
}

} // namespace noteload::ledger
