#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "noteload/delivery/bell.hpp"
#include "noteload/delivery/budget_file.hpp"
#include "noteload/delivery/gate_rule.hpp"
#include "noteload/delivery/judgement.hpp"
#include "noteload/delivery/network_threads.hpp"
#include "noteload/delivery/retry.hpp"
#include "noteload/delivery/server.hpp"
#include "noteload/delivery/traffic.hpp"
#include "noteload/delivery/watcher.hpp"

namespace noteload::delivery {

struct pool_options {
    gate_rule::settings gate{};
    int threads = 1;                     ///< of the network, the pool's own among them
    std::vector<quota_heard> heard{};    ///< answers from before, which count
    std::optional<std::uint32_t> seed{}; ///< of the waits' chance; none: another one each time
};

/// The gate that every request of a pool goes through, and the channels behind it (pool.cpp):
/// one exchange at a time on each, when `gate_rule` allows it, with a prober that waits for a
/// failing server. The pools (`sender`, `eraser`) are built on it; all of it is on one thread.
struct pool {
    using clock = steady_clock;

    pool(boost::asio::io_context& on, const server& s, const pool_options& o, watcher& watch);
    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;
    virtual ~pool() = default;

    /// Waits until a request may leave; then one of the channels is the caller's until
    /// `exchange` has ended. False, and nothing is held, when the run is stopping.
    task<bool> pass(aim what, bool is_aside = false);
    /// The same where there is nothing to wait for, without a coroutine; false where there is.
    [[nodiscard]] bool pass_at_once(aim what, bool is_aside = false);
    /// Over the channel that a `pass` gave just now; every request of a pool is counted.
    task<> exchange(aim what, std::string_view request, attempt& into);

    /// Before what failed so often is tried again.
    task<> back_off(int failures);
    /// What an answer means for the server's health: one of these after each exchange that does
    /// not end the run. A 429 is a good answer: the gate knows already that it has to wait.
    void after_success(aim what, const attempt& a);
    void after_failure(aim what, const attempt& a, const std::string& words,
                       bool is_unreadable = false);
    /// See `breaker::turned_out_good`.
    void turned_out_good(clock::time_point left);
    void going_on_if(bool has_closed, std::string words);

    void halt(failure why);
    void stop();
    void cut();
    void close_channels();

    /// Whether a coroutine is left that would use the gate.
    [[nodiscard]] virtual bool is_used() const = 0;
    /// Wakes everyone who waits for something.
    virtual void ring_all();

    /// One read that tells how the server is, past an open breaker.
    task<> probe(attempt& into);
    task<> probe_until_good();
    void ended(const ticket& pass, std::string_view request, attempt& a);
    [[nodiscard]] bool has_slot(bool is_aside) const;
    [[nodiscard]] departure next_departure(clock::time_point now, aim what);
    task<> wait_for(departure d);
    void tell_of_quota(departure d, clock::time_point now);
    void tell_of_lease(clock::time_point now);
    void notice_clock(std::optional<wall_clock::time_point> theirs, clock::time_point now);
    [[nodiscard]] bool has_new_token(std::string_view refused);
    /// By the server's clock; nothing before it has said its time.
    [[nodiscard]] std::optional<wall_clock::time_point> server_time(clock::time_point at) const;

    boost::asio::io_context& on_;
    const server& server_;
    const int concurrency_; ///< at the most
    watcher& watch_;
    bell changed_;       ///< rung at a stop, when the breaker lets more leave, at a coroutine's end
    bell free_slot_;     ///< rung when a channel is free and somebody waits for one
    budget_file shared_; ///< with other processes
    const std::uint64_t who_;
    gate_rule gate_;
    breaker& breaker_ = gate_.server();
    retry_budget budget_;
    request_writer requests_; ///< with the token as it is now
    network_threads threads_;
    std::vector<std::unique_ptr<channel>> channels_;
    std::unique_ptr<channel> reads_; ///< of reads that tell how the server is
    std::vector<channel*> free_;
    std::mt19937 random_;
    http_date_reader dates_;
    /// What the server's clock showed when our steady one began.
    std::optional<wall_clock::time_point> server_epoch_;
    clock::time_point next_clock_look_{};

    went_through met_; ///< what was met on the wire

    clock::time_point passed_at_{}; ///< of the last pass: its exchange follows at once

    int asides_waiting_ = 0; ///< those aside that wait for a channel, or a server: they go first
    int asides_paced_ = 0;   ///< those that wait for their time
    int in_flight_ = 0;
    bool probing_ = false;
    bool told_failing_ = false;
    std::string last_failure_; ///< for people
    bool stopping_ = false;
    bool told_quota_ = false;
    std::optional<clock::time_point> lease_since_; ///< waited for, since the last pass
};

/// A failed coroutine is a bug of ours: it ends the program through `io_context::run`.
void rethrow(const std::exception_ptr& e);

} // namespace noteload::delivery
