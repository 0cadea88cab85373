#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/delivery/eraser.hpp"
#include "noteload/ledger/recovery.hpp"
#include "noteload/ledger/undo_log.hpp"
#include "noteload/run/undo.hpp"
#include "noteload/run/watchman.hpp"

namespace noteload::run {

/// Everything that an undo begins with, looked at and opened. References must outlive the session.
struct undo_begin {
    const delivery::server& server;
    undo_observer& watch;
    undo_plan plan;
    delivery::eraser_options sending;
    std::chrono::milliseconds grace;
    ledger::recovered_undo before;
    ledger::last_outcomes rows;
    ledger::undo_log log;
};

/// An undo from its first note to its last line, on one thread: between the run's log, the pool
/// that deletes, and undo.jsonl.
class undo_session final : public delivery::undo_work {
public:
    explicit undo_session(undo_begin b);

    /// Returns when every note that was taken has its outcome on disk, or undo.jsonl has failed.
    [[nodiscard]] undo_result run();

    // delivery::undo_work
    std::optional<made_note> next() override;
    void settle(undone_note n) override;
    void tell(std::string_view what, std::string_view why, std::string detail) override;
    void halt(const failure& why) override;

private:
    void take_signal();
    void look(bool last);
    void sync_now_and_then();
    void begin_stop(ending how, std::optional<failure> why);
    [[nodiscard]] result<void> finish_log();

    undo_begin begin_;
    undo_result result_;
    boost::asio::io_context on_{1};
    delivery::eraser eraser_;
    watchman watchman_;
    std::chrono::steady_clock::time_point began_;
    std::chrono::steady_clock::time_point synced_;
    bool stopping_ = false;
};

} // namespace noteload::run
