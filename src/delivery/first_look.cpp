#include "noteload/delivery/budget_file.hpp"
#include "noteload/delivery/retry.hpp"
#include "noteload/delivery/server.hpp"
#include "noteload/delivery/timer.hpp"
#include "noteload/text.hpp"

#include <fmt/format.h>
#include <boost/asio/redirect_error.hpp>

#include <random>

namespace noteload::delivery {

namespace {

namespace asio = boost::asio;

constexpr int most_tries = 4;                           // about four seconds of trying
constexpr auto longest_wait = std::chrono::minutes(90); // a 429 may name the window's end
constexpr auto budget_look_every = std::chrono::milliseconds(100);

task<> pause(asio::io_context& on, std::chrono::milliseconds wait) {
    timer over(on, wait);
    boost::system::error_code ignored;
    co_await over.async_wait(asio::redirect_error(use_task, ignored));
}

std::chrono::milliseconds quota_wait(const verdict& v) {
    return std::min<std::chrono::milliseconds>(v.wait.value_or(std::chrono::seconds(30)),
                                               longest_wait);
}

/// These requests in the budget that processes share, one at a time.
class first_lease {
public:
    explicit first_lease(const std::string& path) : file_(path) {}

    /// Whether one may leave now; then the others know of it.
    [[nodiscard]] bool take() {
        bool may_leave = true;
        update([&](shared_budget& b, steady_clock::time_point now) {
            may_leave = !b.is_spent(who_, now, wall_clock::now());
            if (may_leave) {
                b.put({.who = who_, .at_ms = 0, .out = 1, .spent = 0}, now);
            }
        });
        return may_leave;
    }
    /// It was answered. One that was not counts as long as that of a process that died.
    void answered(const quota_report& said) {
        update([&](shared_budget& b, steady_clock::time_point now) {
            for (const auto& r : said.readings) {
                if (r.remaining && r.resets_at) {
                    b.put({r.name, r.resets_at->time_since_epoch().count(), *r.remaining});
                }
            }
            b.put({.who = who_, .at_ms = 0, .out = 0, .spent = 0}, now);
        });
    }

private:
    template <class Change>
    void update(const Change& change) {
        if (file_.is_open()) {
            file_.update([&](shared_budget& b) { change(b, steady_clock::now()); });
        }
    }

    budget_file file_;
    const std::uint64_t who_ = std::random_device{}();
};

/// One read until it is answered or trying again is of no use.
task<result<answer>> read(asio::io_context& on, channel& over, const std::string& request,
                          std::vector<quota_heard>& heard, first_lease& lease) {
    const backoff waits{.first = std::chrono::milliseconds(500)};
    std::mt19937 random{std::random_device{}()};
    attempt tried;
    const auto patience = steady_clock::now() + longest_wait;
    for (int tries = 1;;) {
        while (!lease.take() && steady_clock::now() < patience) {
            co_await pause(on, budget_look_every);
        }
        const auto left = steady_clock::now();
        co_await over.exchange(request, tried);
        if (tried.what == trouble::none) {
            const auto date = read_http_date(tried.reply.date);
            heard.push_back(
                {read_quota(tried.reply, date, wall_clock::now()), left, steady_clock::now()});
            lease.answered(heard.back().said);
        }
        const auto v = judge_read(tried, wall_clock::now());
        switch (v.is) {
            case verdict::kind::created:
                co_return std::move(tried.reply);
            case verdict::kind::wait_and_send:
                co_await pause(on, quota_wait(v));
                break;
            case verdict::kind::send_again:
                if (tries == most_tries) {
                    co_return failure{
                        errc::unreachable,
                        fmt::format("{} ({} tries). Check --base-url and the network; nothing "
                                    "was sent",
                                    v.words, most_tries)};
                }
                co_await pause(on, waits.wait(tries, random()));
                ++tries;
                break;
            case verdict::kind::stop:
                co_return failure{v.stop, v.words};
            default:
                co_return failure{errc::protocol,
                                  fmt::format("{}. This does not look like the Virtuous API: "
                                              "check --base-url",
                                              v.words)};
        }
    }
}

failure no_api(std::string_view what, const server& s) {
    return {errc::protocol,
            fmt::format("{} answered, but not with {}: this does not look like the Virtuous API; "
                        "check --base-url",
                        s.at.url, what)};
}

/// `types` stay empty.
task<result<first_look>> ask_who(asio::io_context& on, channel& over, const server& s,
                                 first_lease& lease) {
    const auto about = s.requests.get("/api/Organization/Current");
    std::vector<quota_heard> heard;
    auto reply = co_await read(on, over, about, heard, lease);
    if (!reply) {
        co_return reply.error();
    }
    auto who = read_organization(reply->body);
    if (!who) {
        co_return no_api("an organisation", s);
    }
    co_return first_look{std::move(*who),
                         {},
                         read_http_date(reply->date).value_or(wall_clock::now()),
                         std::move(heard)};
}

} // namespace

task<result<organization>> ask_organization(asio::io_context& on, const server& s) {
    const auto over = s.open(on);
    first_lease lease(s.budget_file);
    auto seen = co_await ask_who(on, *over, s, lease);
    if (!seen) {
        co_return seen.error();
    }
    co_return std::move(seen->who);
}

task<result<first_look>> look_first(asio::io_context& on, const server& s) {
    const auto over = s.open(on);
    first_lease lease(s.budget_file);
    auto seen = co_await ask_who(on, *over, s, lease);
    if (!seen) {
        co_return seen;
    }
    const auto types = s.requests.get("/api/ContactNote/Types");
    auto reply = co_await read(on, *over, types, seen->heard, lease);
    if (!reply) {
        co_return reply.error();
    }
    auto names = read_note_types(reply->body);
    if (!names || names->empty()) {
        co_return no_api("note types", s);
    }
    seen->types = std::move(*names);
    co_return seen;
}

} // namespace noteload::delivery
