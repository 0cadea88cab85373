#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "noteload/clock.hpp"
#include "noteload/delivery/answer.hpp"
#include "noteload/error.hpp"
#include "noteload/reason.hpp"

namespace noteload::delivery {

/// How much of a request the operating system took.
enum class handed : std::uint8_t {
    nothing,     ///< there was no connection to hand it to
    part,        ///< bytes, but none of its last TLS record: a server cannot have read it whole
    last_record, ///< at least a byte of the last TLS record: it may have been acted on
};

/// What broke an attempt, if anything did.
enum class trouble : std::uint8_t {
    none,
    no_connection, ///< name, address, refusal, or a failed handshake
    certificate,   ///< the server's certificate could not be verified
    timed_out,
    lost,      ///< closed or reset before an answer began
    cut_short, ///< the answer began and did not end, or was no HTTP
    too_long,  ///< the answer is over its limit
};

/// One try at sending a request, as a value.
struct attempt {
    handed taken = handed::nothing;
    trouble what = trouble::none;
    std::string words; ///< for people, where there was trouble
    answer reply;      ///< where there was none; of one that is too long, what came first
    std::chrono::milliseconds took{0};
    steady_clock::time_point left{};   ///< when the request passed the pool's gate
    steady_clock::time_point ended{};  ///< when it had come to its end
    wall_clock::time_point ended_at{}; ///< the same
    /// The answer is 401, and the token has been replaced since: with the new one it may pass.
    bool has_new_token = false;
    bool connected = false; ///< a connection was made for it

    /// As if nothing had been tried; the texts keep their memory.
    void clear() noexcept {
        taken = handed::nothing;
        what = trouble::none;
        words.clear();
        reply.clear();
        took = {};
        left = ended = {};
        ended_at = {};
        has_new_token = connected = false;
    }

    friend bool operator==(const attempt&, const attempt&) = default;
};

/// What an attempt at a note means for its row.
struct verdict {
    enum class kind : std::uint8_t {
        created,
        refused,
        in_doubt,
        send_again,    ///< certainly not acted on
        wait_and_send, ///< certainly not acted on; the quota is spent (429)
        firewall,      ///< 403 without JSON: the text's fault or everyone's, the others will tell
        stop,          ///< nothing of this is the row's fault
    };
    kind is{};
    std::int64_t note_id = 0;     ///< of `created`
    reason why = reason::stopped; ///< of `refused` and `in_doubt`
    std::string words = {};       ///< for people
    errc stop = errc::bug;        ///< of `stop`
    std::optional<std::chrono::seconds> wait =
        std::nullopt; ///< of `wait_and_send`, when the server said it

    friend bool operator==(const verdict&, const verdict&) = default;
};
std::ostream& operator<<(std::ostream& out, verdict::kind k);
std::ostream& operator<<(std::ostream& out, const verdict& v);

/// The table of the design's "Delivering a row". The one rule behind it: what may have been acted
/// on is never simply sent again. `now` is for a `Retry-After` that is a date, where the answer
/// itself has none.
[[nodiscard]] verdict judge(const attempt& a, std::chrono::system_clock::time_point now);

/// The same for a request that only reads: whatever fails may be asked again.
[[nodiscard]] verdict judge_read(const attempt& a, std::chrono::system_clock::time_point now);

} // namespace noteload::delivery
