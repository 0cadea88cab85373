#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "noteload/delivery/sender.hpp"
#include "noteload/ledger/log_writer.hpp"
#include "noteload/run/dispatcher.hpp"
#include "noteload/run/import_session.hpp"
#include "noteload/run/retelling.hpp"
#include "noteload/run/wait_clock.hpp"
#include "noteload/run/watchman.hpp"

namespace noteload::run {

/// How it runs is in import_session.cpp, how it ends in session_end.cpp.
struct import_session::impl {
    explicit impl(session_begin b);

    import_result run();

    void take_signal();
    void look();
    void show_progress(bool last);
    void begin_stop(ending how, const failure* why);
    import_result close();
    [[nodiscard]] result<void> finish_log(const row_counts& counts);
    void tell_history() const;
    [[nodiscard]] went_through met() const;
    [[nodiscard]] ending how_it_ended() const;
    void count_untold(import_result& r) const;
    [[nodiscard]] result<void> tell_all_again(import_result& r);
    [[nodiscard]] report::run_facts facts(ending how) const;
    [[nodiscard]] result<void> tell_people(const import_result& r) const;

    const import_options& options_;
    const ledger::run_folder& folder_;
    const stop_switch& stop_;
    import_observer& watch_;
    const ledger::log_header header_;
    const steady_clock::time_point began_ = steady_clock::now();
    const wall_clock::time_point stop_moment_;
    const std::optional<std::uint64_t> bytes_;
    const std::vector<std::uint64_t> sizes_;
    const std::uint64_t bytes_before_; // where this process began to read
    const std::vector<std::string> reject_options_;
    const std::vector<ledger::input_shape> shapes_;
    const std::vector<told_input> told_;
    const bool resumed_;
    const bool told_all_;
    const went_through met_before_;
    const std::uint64_t processes_;
    const std::string resumed_words_;
    const std::string cut_off_words_;
    const std::uint64_t last_told_;
    const row_counts before_;        // rows that an earlier process settled
    const std::uint64_t taken_over_; // rows in doubt that an earlier process had read

    // The log's thread writes it, everyone else reads it after a flush.
    report::summary summary_;
    std::uint64_t sent_again_ = 0;

    wait_clock waits_;

    // Sockets belong to the network's thread alone; `post` is for every thread.
    boost::asio::io_context on_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    batch_queue queue_;
    row_reader reader_;
    ledger::log_writer log_;
    dispatcher dispatcher_;
    delivery::sender sender_;
    watchman watchman_;
    std::thread reading_;

    bool stopping_ = false;
    ending stopped_as_ = ending::finished;
    std::optional<failure> why_;
};

} // namespace noteload::run
