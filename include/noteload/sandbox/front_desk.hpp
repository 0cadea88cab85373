#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "noteload/sandbox/fault_plan.hpp"
#include "noteload/sandbox/message.hpp"
#include "noteload/sandbox/oauth.hpp"
#include "noteload/sandbox/quota_window.hpp"
#include "noteload/sandbox/route.hpp"
#include "noteload/sandbox/service.hpp"
#include "noteload/sandbox/settings.hpp"
#include "noteload/sandbox/store.hpp"

namespace noteload::sandbox {

/// What the session is to do with one request.
struct reply {
    enum class ending : std::uint8_t {
        answer, ///< send `answer`
        cut,    ///< send the first `cut_at` (0 to 1) of `answer`, then close
        drop,   ///< close at once, without an answer
        hang,   ///< say nothing until the client goes
    };
    ending end = ending::answer;
    response answer{};
    double cut_at = 0;
    bool close = false; ///< say Connection: close, and do
    bool chunked = false;
    std::chrono::milliseconds delay{0};
    std::optional<std::string> create_later{}; ///< the body of a note to make `late` ms from now
    std::optional<fault_kind> fault{};         ///< for the log
};

/// Counts since the start, for `/_sandbox/stats`.
struct desk_counts {
    std::array<std::uint64_t, operations> requests{};
    std::array<std::uint64_t, fault_kinds> faults{};
    std::uint64_t unauthorized = 0;
    std::uint64_t over_quota = 0;
    std::uint64_t late_notes = 0;
    std::uint64_t failures = 0; ///< of the store
};

/// The layers before the service, each with one job, from the outside in: the token, the quota,
/// the faults. The admin door goes past the quota and the faults. No sockets, no clock.
class front_desk {
public:
    front_desk(const settings& how, zone place, store& notes);

    /// Decides everything about one request. A note that it makes is in the store, not yet
    /// committed: nothing may be sent before `store::commit`.
    [[nodiscard]] reply answer(const request& from, moment now);

    /// Makes the note of a `reply::create_later`.
    void create_late(const std::string& body, moment now);

    [[nodiscard]] const desk_counts& counts() const noexcept { return counts_; }

private:
    reply admin(const route& to, const request& from, moment now);
    reply with_fault(const fault_verdict& verdict, const route& to, const request& from,
                     moment now);
    response failing_answer(fault_kind kind) const;
    response served(const route& to, const request& from, moment now);
    response dump(const route& to);
    response stats();

    trouble_settings trouble_;
    quota_settings quota_how_;
    store& store_;
    door door_;
    service service_;
    quota_window quota_;
    fault_plan plan_;
    std::uint64_t faultable_ = 0; ///< requests that faults apply to, so far
    desk_counts counts_;
};

} // namespace noteload::sandbox
