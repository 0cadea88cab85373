#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "noteload/delivery/breaker.hpp"
#include "noteload/delivery/pace.hpp"
#include "noteload/delivery/server.hpp"
#include "noteload/outcome.hpp"

namespace noteload::delivery {

/// A note on its way: its body, and what keeps the body's memory.
struct parcel {
    place at;
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
    std::string response; ///< the last answer's body
};

/// Where parcels come from and where their ends go. Called on the network's thread.
class work {
public:
    virtual ~work() = default;

    /// The next parcel, whose sending mark is on disk; nothing when there are no more.
    [[nodiscard]] virtual task<std::optional<parcel>> next() = 0;
    /// Once for each parcel that `next` gave.
    virtual void settle(const parcel& p, delivered d) = 0;
    /// `what` is a fixed word of the log (`paused`, `going_on`), `detail` for people.
    virtual void tell(std::string_view what, std::string_view why, std::string detail) = 0;
    /// The sender stops of itself: give no more parcels.
    virtual void halt(const failure& why) = 0;
};

struct sender_options {
    int concurrency = 8;
    rate limit;
    std::chrono::seconds give_up_after{std::chrono::hours(4)};
};

/// The pool: `concurrency` connections, each taking the next parcel when it is done with one. What
/// certainly was not acted on is sent again; what may have been is not. It settles every parcel
/// that it took.
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

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace noteload::delivery
