#pragma once

#include <deque>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "noteload/delivery/bell.hpp"
#include "noteload/delivery/doubts.hpp"
#include "noteload/delivery/firewall_watch.hpp"
#include "noteload/delivery/note_list.hpp"
#include "noteload/delivery/sender.hpp"

namespace noteload::delivery {

inline constexpr auto clock_slack = std::chrono::minutes(2);

/// Three kinds of coroutines on one thread share the channels, the pace and the breaker:
/// *workers* deliver new parcels (sender.cpp), *askers* settle doubts and deliver what waited aside
/// (asking.cpp), and a *prober* waits for a failing server (sender.cpp).
struct sender::impl {
    using clock = steady_clock;

    impl(boost::asio::io_context& on, const server& s, sender_options o, work& from);

    /// What waits aside: in doubt, behind a doubtful twin, or to be sent (again).
    struct aside {
        parcel what;
        delivered so_far;
        bool maybe_sent = false;           ///< it was in doubt at some time
        wall_clock::time_point not_before; ///< a note of it cannot be older
    };

    // Workers (sender.cpp).
    task<> run();
    task<> worker();
    task<> deliver(aside a, bool is_aside);
    task<> back_off(int failures);
    void after(const verdict& v);
    void after_failure(const verdict& v);
    void wait_for_quota(const verdict& v);
    task<> probe_until_closed();
    void hold_for_firewall(aside a, const verdict& v);
    task<> settle_held_at_the_end();
    void settle_held(bool as_refused);
    void settle_created(aside a, std::int64_t note_id);
    void settle_in_doubt(aside a, const std::string& more);
    void give_back(aside a, std::string detail);
    void halt(failure why);

    // One exchange at a time on each channel, when pace and breaker allow it (exchange.cpp).
    task<bool> pass(bool is_aside);
    task<attempt> exchange(std::string_view request);
    void notice_clock(const answer& reply);
    [[nodiscard]] wall_clock::time_point oldest_of_now() const;

    // Doubts (asking.cpp).
    task<> asker();
    task<> look_up(doubt_desk::question q);
    task<std::optional<std::vector<contact_note>>> notes_of(doubt_desk::question q);
    task<std::optional<note_page>> read_page(std::string path);
    void into_doubt(aside a, const verdict& v);
    void put_on_desk(aside a);
    void take_over_doubtful();
    [[nodiscard]] bool must_park(const parcel& p) const;
    void leave_out_claimed(std::vector<contact_note>& notes);
    void settle_findings(const std::vector<finding>& findings);
    [[nodiscard]] std::size_t asides() const;
    [[nodiscard]] std::vector<sent_note> flying_of(std::int64_t contact) const;
    void give_up_asides();

    boost::asio::io_context& on_;
    const server& server_;
    sender_options options_;
    work& work_;
    bell changed_;     ///< rung at a stop, a closed breaker, a coroutine's end
    bell free_slot_;   ///< rung when a connection is free and somebody waits for one
    bell asides_rung_; ///< rung when an asker may have something to do
    pace pace_;
    breaker breaker_;
    firewall_watch firewall_;
    std::vector<aside> held_; ///< what a firewall forbade
    std::string probe_request_;
    std::vector<std::unique_ptr<channel>> channels_;
    std::unique_ptr<channel> reads_; ///< of reads that tell how the server is
    std::vector<channel*> free_;
    std::mt19937 random_;
    /// What the server's clock showed when our steady one began; nothing before it has said it.
    std::optional<wall_clock::time_point> server_epoch_;
    clock::time_point next_clock_look_{};

    doubt_desk desk_;
    std::unordered_map<std::uint64_t, aside> in_doubt_; ///< by row, those on the desk
    std::deque<aside> parked_;                          ///< behind a doubtful twin
    std::deque<aside> again_;                           ///< to send, or send again
    std::vector<const parcel*> flying_;
    std::vector<std::int64_t> claimed_; ///< note ids; sorted up to sorted_
    std::size_t sorted_ = 0;

    int workers_ = 0;
    int askers_ = 0;
    int asides_waiting_ = 0; ///< askers that wait for a connection: they go first
    int in_flight_ = 0;
    bool probing_ = false;
    bool stopping_ = false;
    bool told_quota_ = false;
};

} // namespace noteload::delivery
