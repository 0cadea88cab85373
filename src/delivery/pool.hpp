#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "noteload/delivery/bell.hpp"
#include "noteload/delivery/breaker.hpp"
#include "noteload/delivery/judgement.hpp"
#include "noteload/delivery/pace.hpp"
#include "noteload/delivery/server.hpp"
#include "noteload/delivery/watcher.hpp"

namespace noteload::delivery {

/// The gate that every request of a pool goes through, and the channels behind it (pool.cpp):
/// one exchange at a time on each, when pace and breaker allow it, with a prober that waits for a
/// failing server. The pools (`sender`, `eraser`) are built on it; all of it is on one thread.
struct pool {
    using clock = steady_clock;

    pool(boost::asio::io_context& on, const server& s, int concurrency, rate limit,
         std::chrono::seconds give_up_after, std::optional<std::uint32_t> seed, watcher& watch);
    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;
    virtual ~pool() = default;

    /// Waits until a request may leave; then one of the channels is the caller's until
    /// `exchange` has ended. False, and nothing is held, when the run is stopping.
    task<bool> pass(bool is_aside);
    task<attempt> exchange(std::string_view request);

    task<> back_off(int failures);
    void after_failure(const verdict& v);
    void wait_for_quota(const verdict& v);

    void halt(failure why);
    void stop();
    void cut();
    void close_channels();

    /// Whether a coroutine is left that would use the gate.
    [[nodiscard]] virtual bool is_used() const = 0;
    /// Wakes everyone who waits for something.
    virtual void ring_all();

    task<> probe_until_closed();
    void notice_clock(const answer& reply);
    [[nodiscard]] wall_clock::time_point server_now() const;

    boost::asio::io_context& on_;
    const server& server_;
    const int concurrency_;
    watcher& watch_;
    bell changed_;   ///< rung at a stop, a closed breaker, a coroutine's end
    bell free_slot_; ///< rung when a channel is free and somebody waits for one
    pace pace_;
    breaker breaker_;
    std::string probe_request_;
    std::vector<std::unique_ptr<channel>> channels_;
    std::unique_ptr<channel> reads_; ///< of reads that tell how the server is
    std::vector<channel*> free_;
    std::mt19937 random_;
    /// How far the server's clock is ahead of ours.
    wall_clock::duration clock_ahead_{};
    clock::time_point next_clock_look_{};

    int asides_waiting_ = 0; ///< those aside that wait for a channel: they go first
    int in_flight_ = 0;
    bool probing_ = false;
    bool stopping_ = false;
    bool told_quota_ = false;
};

/// A failed coroutine is a bug of ours: it ends the program through `io_context::run`.
void rethrow(const std::exception_ptr& e);

} // namespace noteload::delivery
