#pragma once

#include <deque>
#include <unordered_map>
#include <vector>

#include "noteload/delivery/doubts.hpp"
#include "noteload/delivery/firewall_watch.hpp"
#include "noteload/delivery/note_list.hpp"
#include "noteload/delivery/recent_notes.hpp"
#include "noteload/delivery/sender.hpp"
#include "pool.hpp"

namespace noteload::delivery {

inline constexpr std::size_t enough_witnesses = 4; // of each kind
inline constexpr std::size_t enough_recent = 4;    // of the contact
inline constexpr auto clock_slack = std::chrono::minutes(2);
/// Of times of notes against the server's clock: any time zone, and clocks that differ by some
/// hours.
inline constexpr auto most_unknown_skew = std::chrono::hours(26);

/// Three kinds of coroutines on one thread share the channels and the gate:
/// *workers* deliver new parcels (sender.cpp), *askers* settle doubts and deliver what waited aside
/// (asking.cpp; reading_notes.cpp reads, witnesses.cpp says what that is worth), and a *prober*
/// waits for a failing server (pool.cpp).
struct sender::impl : pool {
    impl(boost::asio::io_context& on, const server& s, sender_options o, work& from);

    [[nodiscard]] bool is_used() const override;
    void ring_all() override;

    /// What waits aside: in doubt, behind a doubtful twin, or to be sent (again).
    struct aside {
        parcel what;
        delivered so_far;
        bool maybe_sent = false;           ///< it was in doubt at some time
        clock::time_point left{};          ///< when its request did, last
        int failures = 0;                  ///< tries in doubt that others did not share
        std::uint64_t passed_then = 0;     ///< `passed_` at the last of them
        wall_clock::time_point not_before; ///< a note of it cannot be older
    };

    /// What a coroutine delivers with, from one row to the next.
    struct exchange_memory {
        std::string request;
        attempt tried;
    };

    /// A contact's notes that may be young enough, as a look-up needs them.
    struct read_notes {
        std::vector<contact_note> young;
        std::string not_whole;                 ///< see `lookup_answer`
        std::vector<std::int64_t> not_shown{}; ///< of those that were asked for as the run's
    };

    /// A note of this run, which the server's lists have to show.
    struct witness {
        std::int64_t contact_id = 0;
        std::int64_t note_id = 0;
        bool is_private = false;
        bool was_shown = false;
    };

    // Workers (sender.cpp).
    task<> run();
    task<> worker();
    task<> deliver(aside a, bool is_aside, exchange_memory& memory);
    [[nodiscard]] static bool is_well(const attempt& a);
    void after(const attempt& a, const verdict& v, std::uint64_t forbidden_then);
    void hold_for_firewall(aside a, const verdict& v);
    task<> settle_held_at_the_end();
    void settle_held(std::size_t n, bool as_refused);
    void settle_created(aside a, std::int64_t note_id);
    void settle_in_doubt(aside a, const std::string& more);
    void give_back(aside a, std::string detail, reason why = reason::stopped);
    [[nodiscard]] wall_clock::time_point oldest_of_now() const;
    [[nodiscard]] wall_clock::time_point oldest_of_run() const;
    void notice_note(const attempt& a);

    // Doubts (asking.cpp).
    task<> asker();
    task<> look_up(doubt_desk::question q, clock::time_point asked);
    task<result<read_notes>> notes_of(doubt_desk::question q, std::vector<std::int64_t> ours);
    task<result<note_page>> read_page(std::int64_t contact, std::int64_t skip, std::int64_t& take);
    task<result<std::string>> what_is_hidden(doubt_desk::question q);
    task<result<void>> look_for_witnesses(witness of);
    task<result<void>> find_witness();
    [[nodiscard]] std::ptrdiff_t witnesses(bool is_private) const;
    void notice_witness(const contact_note& note);
    void was_shown(std::int64_t note_id);
    [[nodiscard]] std::vector<std::int64_t> to_be_shown(doubt_desk::question q) const;
    [[nodiscard]] std::string what_is_missing(std::int64_t contact, std::vector<std::int64_t> ours,
                                              const std::vector<std::int64_t>& not_shown);
    void remember_ours(std::int64_t contact, std::vector<std::int64_t> shown);
    void into_doubt(aside a, const verdict& v);
    void put_on_desk(aside a);
    void take_over_doubtful();
    [[nodiscard]] bool must_park(const parcel& p) const;
    static void set_unsure_ages_apart(lookup_answer& a, wall_clock::time_point not_before);
    void leave_out_claimed(lookup_answer& a, std::int64_t contact);
    void settle_findings(const std::vector<finding>& findings);
    void send_again(aside a);
    [[nodiscard]] std::size_t asides() const;
    [[nodiscard]] std::vector<sent_note> flying_of(std::int64_t contact) const;
    void give_up_asides();

    sender_options options_;
    work& work_;
    bell asides_rung_; ///< rung when an asker may have something to do
    firewall_watch firewall_;
    std::deque<aside> held_; ///< what a firewall forbade

    doubt_desk desk_;
    std::unordered_map<std::uint64_t, aside> in_doubt_; ///< by row, those on the desk
    std::deque<aside> parked_;                          ///< behind a doubtful twin
    std::deque<aside> again_;                           ///< to send, or send again
    std::vector<const parcel*> flying_;
    id_set claimed_; ///< the run's notes
    /// What the times of notes are ahead of the server's clock; nothing before a note has told.
    std::optional<wall_clock::duration> note_clock_skew_;
    clock::time_point next_note_look_{};
    int notes_looked_at_ = 0;
    bool looked_for_witness_ = false; ///< among what an earlier process made
    std::vector<witness> witnesses_;  ///< the run's first notes of either kind
    recent_notes recent_;
    /// By contact: what its lists still have to show before they are believed.
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> unshown_;
    std::unordered_map<std::int64_t, clock::time_point> first_seen_; ///< while others may claim

    std::uint64_t passed_ = 0; ///< requests with a note that the server dealt with

    int workers_ = 0;
    int taken_ = 0; ///< workers that have a parcel, or wait for one
    int askers_ = 0;
};

} // namespace noteload::delivery
