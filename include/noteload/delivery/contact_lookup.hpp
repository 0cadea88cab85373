#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "noteload/delivery/limiter.hpp"
#include "noteload/delivery/server.hpp"
#include "noteload/delivery/task.hpp"
#include "noteload/error.hpp"

namespace noteload::delivery {

/// By what contacts are looked up.
struct contact_question {
    std::string source; ///< of legacy references; empty: by e-mail address
    bool by_id = false; ///< the values are Virtuous ids, in digits: only whether they are there
};

/// `/api/Contact/LGL/A%2F1`, `/api/Contact/Find?email=ana%40example.org`, `/api/Contact/12`:
/// everything but letters, digits and `-._~` is percent-encoded. Nothing where the value can be no
/// segment of a path (`.` and `..`, which servers resolve).
[[nodiscard]] std::optional<std::string> lookup_path(const contact_question& how,
                                                     std::string_view value);

/// What is asked, and who is told.
struct contact_lookups {
    contact_question how;
    std::size_t count = 0;
    std::function<std::string_view(std::size_t)> value; ///< of each, distinct; not empty
    /// The contact of each, once; 0: the server knows none. One that was merged is the one that it
    /// was merged into, over a bounded number of steps.
    std::function<void(std::size_t, std::int64_t)> found;
    /// Which of the values a text is; with it all contacts are paged where that takes fewer
    /// requests (not for addresses: whether pages have them is not documented). What no page has is
    /// still asked for by itself, for the server may compare in ways of its own.
    std::function<std::optional<std::size_t>(std::string_view)> index_of{};
    int concurrency = 8; ///< 0: as many as the server can take
    rate limit{};
    quota_reserve reserve{};
    pacing pace = pacing::fast;
    std::chrono::seconds give_up_after{std::chrono::hours(4)};
    std::vector<quota_heard> heard{}; ///< answers from before, which count
};

/// Looks all of them up by reads alone, one request each and one for each merge, or a page of many
/// contacts at a time, paced like every
/// request. A server that does not answer is tried again; then, or at once where trying again is
/// useless, it fails. On the network's thread.
class contact_lookup {
public:
    /// `s` must live as long.
    contact_lookup(boost::asio::io_context& on, const server& s, contact_lookups what);
    ~contact_lookup();

    /// Ends when all are found, the first has failed, or `stop` was called; nothing is under way
    /// then. Call it once, and do not cancel it.
    [[nodiscard]] task<result<void>> run();

    /// Ends what is under way. `run` then fails.
    void stop();

    /// Requests that were answered.
    [[nodiscard]] std::uint64_t requests() const noexcept;
    /// What the last answers told of the quota, those from before among them.
    [[nodiscard]] std::optional<limiter::state> quota() const;
    /// The server's clock, as far as answers told it.
    [[nodiscard]] std::optional<wall_clock::time_point> server_now() const;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace noteload::delivery
