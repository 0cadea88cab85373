#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/delivery/quota_report.hpp"
#include "noteload/delivery/rate.hpp"
#include "noteload/delivery/server.hpp"
#include "noteload/delivery/traffic.hpp"
#include "noteload/delivery/watcher.hpp"
#include "noteload/id_set.hpp"
#include "noteload/outcome.hpp"

namespace noteload::delivery {

/// A note on its way: its body, and what keeps the body's memory.
struct parcel {
    place at;
    std::int64_t contact_id = 0;
    std::string_view body;
    std::shared_ptr<const void> keeps;
    std::size_t index = 0; ///< for whoever made it; the sender does not look at it
};

/// What became of a parcel.
struct delivered {
    outcome what{};
    std::int64_t note_id = 0;
    std::optional<fault> why; ///< of all but `created`
    int status = 0;
    int attempts = 0; ///< answers 429 not counted
    std::chrono::milliseconds took{0};
    std::string response;         ///< the last answer's body, if `keep_responses`
    std::optional<moment> when{}; ///< that was known; none: as it is settled
};

/// Of some notes on the server.
struct claims_elsewhere {
    std::vector<std::int64_t> taken; ///< a row of another run has claimed them
    /// So long after it was first seen, a note's row in a run beside ours may not yet have claimed
    /// it, because the answer is still under way. Zero where there is no such run.
    steady_clock::duration unsure_for{};
};

/// Where parcels come from and where their ends go. Called on the network's thread.
class work : public watcher {
public:
    /// The next parcel, whose sending mark is on disk; nothing when there are no more.
    [[nodiscard]] virtual task<std::optional<parcel>> next() = 0;
    /// The same without a coroutine; nothing where `next` would have to wait, or comes to the end.
    [[nodiscard]] virtual std::optional<parcel> next_at_once() { return std::nullopt; }
    /// Once for each parcel that `next` or `doubtful` gave.
    virtual void settle(const parcel& p, delivered d) = 0;
    /// Parcels that an earlier process may have sent; they are asked for before anything of them is
    /// sent. Called once, before `next`.
    [[nodiscard]] virtual std::vector<parcel> doubtful() { return {}; }
    /// What rows of other runs have to do with these notes.
    [[nodiscard]] virtual claims_elsewhere claimed_elsewhere(
        const std::vector<std::int64_t>& note_ids) {
        static_cast<void>(note_ids);
        return {};
    }
    /// The parcel leaves its place among those that a crash would put in doubt: it waits aside, in
    /// doubt, for a doubtful twin, or for what others tell of a firewall.
    virtual void set_aside(const parcel& p) { static_cast<void>(p); }
};

/// What becomes of a row in doubt.
enum class doubt_policy : std::uint8_t {
    verify, ///< the server is asked
    hold,   ///< it stays in doubt: a person looks
    resend, ///< it is sent again, at the risk of a second note
};
[[nodiscard]] std::string_view to_word(doubt_policy p) noexcept;
[[nodiscard]] std::optional<doubt_policy> doubt_policy_from_word(std::string_view word) noexcept;

struct sender_options {
    int concurrency = 8; ///< 0: `concurrency_rule` finds it, from 1 to 64
    int threads = 1;     ///< of the network, the caller's among them
    rate limit;
    quota_reserve reserve{};
    pacing pace = pacing::fast;
    /// Tries that certainly were not acted on, one after the other, until the row is given back as
    /// `not_attempted`; 0: no end. Those while the server fails for everyone do not count.
    int max_attempts = 10;
    std::chrono::seconds give_up_after{std::chrono::hours(4)};
    doubt_policy in_doubt = doubt_policy::verify;
    std::chrono::milliseconds verify_window{60'000};
    /// By the server's clock: notes of this run are not older.
    std::chrono::system_clock::time_point server_started{};
    id_set claimed{};                 ///< notes of this run that an earlier process settled
    std::vector<quota_heard> heard{}; ///< what answers from before the run tell of the quota
    bool keep_responses = false;
    std::optional<std::uint32_t> seed{}; ///< of the waits' chance; none: another one each time
};

/// The pool: `concurrency` connections, never more requests at once, look-ups included. What
/// certainly was not acted on is sent again; of what may have been, the server is asked first, on
/// the side, while the run goes on. It settles every parcel that it took.
class sender {
public:
    sender(boost::asio::io_context& on, const server& s, sender_options options, work& from);
    sender(const sender&) = delete;
    sender& operator=(const sender&) = delete;
    ~sender();

    /// Returns when `work` has no more parcels and all are settled.
    [[nodiscard]] task<> run();

    /// Parcels that wait for their turn or for another try are given back as not attempted; what
    /// is in flight goes on. `work` must give no more.
    void stop();
    /// The grace period is over: what is in flight is cut off, and is in doubt.
    void cut();

    [[nodiscard]] int in_flight() const noexcept;
    /// Parcels that wait aside: in doubt, behind a doubtful twin, or held for a firewall.
    [[nodiscard]] std::size_t in_doubt() const noexcept;

    /// From the first request of this process on.
    [[nodiscard]] traffic so_far() const;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace noteload::delivery
