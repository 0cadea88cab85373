#pragma once

#include <memory>
#include <thread>

#include "noteload/ledger/log_book.hpp"

namespace noteload::ledger {

/// The log's thread: it steps the book whenever something is due. Hooks are called on it.
class log_writer final : public log_book {
public:
    log_writer(std::unique_ptr<append_file> log, side_files beside, hooks call);
    /// Writes and syncs what is there.
    ~log_writer();

    /// Waits until all that was handed over is on disk, side files included.
    [[nodiscard]] result<void> flush();

    /// The log's last line, on disk; the run is finished. After a `flush`, once.
    [[nodiscard]] result<void> end(const row_counts& counts);

private:
    void run();

    bool stopping_ = false;
    std::thread thread_;
};

} // namespace noteload::ledger
